using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Designer.Flows;
using Microsoft.Extensions.Localization;

namespace Designer.Web.Features.Language;

/// <summary>
/// What the interface says, in the language of whoever asks. The English sentence is the key; the Chinese stands in the
/// <c>zh.json</c> of the feature that says it. <c>L["Saved."]</c> in pages and classes alike.
/// </summary>
public sealed class Words : IStringLocalizer
{
    private readonly Dictionary<string, string> _chinese = new(StringComparer.Ordinal);

    private Words()
    {
        foreach ((_, IReadOnlyDictionary<string, string> table) in Tables())
            foreach ((string english, string chinese) in table) _chinese[english] = chinese;
    }

    /// <summary>Knows no person: the language is the current UI culture, as with everything else .NET writes out.</summary>
    public static Words L { get; } = new();

    public string this[string english] => IsChinese && _chinese.TryGetValue(english, out string? chinese) ? chinese : english;

    /// <param name="english">With <c>{0}</c> where the first value stands, <c>{0:N0}</c> where it is a number.</param>
    /// <param name="values">What stands there, written as the language writes numbers and dates.</param>
    public string this[string english, params object?[] values] => string.Format(CultureInfo.CurrentCulture, this[english], values);

    /// <summary>What the libraries below say, e.g. the checker or a step that failed.</summary>
    public string this[Sentence sentence] => string.Format(CultureInfo.CurrentCulture, this[sentence.Format], [.. sentence.Values.Select(value => value is Sentence inner ? this[inner] : value)]);

    /// <summary>What an error says: ours in the person's language, others' as it is.</summary>
    public string Of(Exception error) => this[Sentence.Of(error)];

    /// <summary>A count with its noun. Chinese knows no plural, so that <paramref name="many"/> alone is translated.</summary>
    /// <param name="one">E.g. <c>1 run</c>.</param>
    /// <param name="many">E.g. <c>{0:N0} runs</c>.</param>
    public string Count(long count, string one, string many) => count == 1 && !IsChinese ? one : this[many, count];

    /// <summary>Marks a sentence of a table that is kept in English and translated where it is shown: <c>L[role.Meaning]</c>.</summary>
    public static string Key(string english) => english;

    private static bool IsChinese => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == Languages.Chinese;

    LocalizedString IStringLocalizer.this[string name] => new(name, this[name], !_chinese.ContainsKey(name));

    LocalizedString IStringLocalizer.this[string name, params object[] arguments] => new(name, this[name, arguments], !_chinese.ContainsKey(name));

    IEnumerable<LocalizedString> IStringLocalizer.GetAllStrings(bool includeParentCultures) => _chinese.Keys.Select(english => new LocalizedString(english, this[english]));

    /// <summary>The translations of each feature, by the file that holds them.</summary>
    public static IEnumerable<(string File, IReadOnlyDictionary<string, string> Table)> Tables()
    {
        Assembly assembly = typeof(Words).Assembly;
        foreach (string file in assembly.GetManifestResourceNames().Where(name => name.EndsWith("zh.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using Stream stream = assembly.GetManifestResourceStream(file)!;
            yield return (file, JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!);
        }
    }
}
