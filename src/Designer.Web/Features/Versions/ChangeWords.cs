namespace Designer.Web.Features.Versions;

/// <summary>How changes are named to people.</summary>
public static class ChangeWords
{
    /// <summary>A member's path without what only the file knows: <c>settings.messages[0].text</c> → <c>messages › 1 › text</c>.</summary>
    public static string Member(string path) => string.Join(" › ", path.Split('.').SkipWhile((part, i) => i == 0 && part == "settings")
        .SelectMany(part => part.Split('[')).Select(part => int.TryParse(part.TrimEnd(']'), out int index) && part.EndsWith(']') ? $"{index + 1}" : part));
}
