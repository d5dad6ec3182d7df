using System.Text.Json;

namespace Designer.Web.Features.Versions;

/// <summary>How changes are named to people.</summary>
public static class ChangeWords
{
    private const int Longest = 400;

    /// <summary>A member's path without what only the file knows: <c>settings.messages[0].text</c> → <c>messages › 1 › text</c>.</summary>
    public static string Member(string path) => string.Join(" › ", path.Split('.').SkipWhile((part, i) => i == 0 && part == "settings")
        .SelectMany(part => part.Split('[')).Select(part => part.EndsWith(']') && int.TryParse(part.AsSpan(0, part.Length - 1), out int index) ? $"{index + 1}" : part));

    /// <summary>A value as people read it; long ones cut.</summary>
    public static string Value(JsonElement value)
    {
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }
}
