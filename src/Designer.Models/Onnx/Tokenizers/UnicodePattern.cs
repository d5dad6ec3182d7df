using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Designer.Models.Onnx.Tokenizers;

/// <summary>A regular expression of a tokenizer file, matched by code points as its authors meant it. .NET matches UTF-16 units, for which a
/// letter beyond U+FFFF is two surrogates and no letter; so such characters are matched as a stand-in of the same category.</summary>
internal sealed class UnicodePattern
{
    /// <summary>Patterns come with downloaded models; one that backtracks for seconds is refused, not waited for.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Regex _regex;

    public UnicodePattern(string pattern)
    {
        try
        {
            _regex = new Regex(PatternDialect.Translate(pattern), RegexOptions.Compiled | RegexOptions.CultureInvariant, s_patience);
        }
        catch (ArgumentException e)
        {
            throw BadFolder.Because($"A pattern of tokenizer.json is not understood: {e.Message}", e);
        }
    }

    public List<(int Start, int End)> Matches(string text)
    {
        List<(int, int)> found = [];
        try
        {
            if (HasSurrogates(text)) AddByCodePoints(text, found);
            else foreach (ValueMatch match in _regex.EnumerateMatches(text)) found.Add((match.Index, match.Index + match.Length));
        }
        catch (RegexMatchTimeoutException e)
        {
            throw BadFolder.Because("A pattern of tokenizer.json takes too long on this text.", e);
        }
        return found;
    }

    private void AddByCodePoints(string text, List<(int Start, int End)> found)
    {
        StringBuilder shadow = new(text.Length);
        List<int> places = new(text.Length);
        for (int at = 0; at < text.Length;)
        {
            places.Add(at);
            Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length);
            shadow.Append(rune.IsBmp ? (char)rune.Value : StandIn(rune));
            at += length;
        }
        places.Add(text.Length);
        foreach (ValueMatch match in _regex.EnumerateMatches(shadow.ToString())) found.Add((places[match.Index], places[match.Index + match.Length]));
    }

    private static bool HasSurrogates(ReadOnlySpan<char> text) => text.IndexOfAnyInRange('\uD800', '\uDFFF') >= 0;

    /// <summary>An unremarkable character of the same category; for Chinese characters a Chinese one.</summary>
    private static char StandIn(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter => '\uA640',
        UnicodeCategory.LowercaseLetter => '\uA641',
        UnicodeCategory.TitlecaseLetter => '\u1F88',
        UnicodeCategory.ModifierLetter => '\uA67F',
        UnicodeCategory.OtherLetter => rune.Value is >= 0x20000 and < 0x40000 ? '\u3400' : '\uA500',
        UnicodeCategory.NonSpacingMark => '\uA674',
        UnicodeCategory.SpacingCombiningMark => '\uA823',
        UnicodeCategory.EnclosingMark => '\uA670',
        UnicodeCategory.DecimalDigitNumber => '\uA620',
        UnicodeCategory.LetterNumber => '\uA6E6',
        UnicodeCategory.OtherNumber => '\uA830',
        UnicodeCategory.MathSymbol => '\u2A00',
        UnicodeCategory.CurrencySymbol => '\uA838',
        UnicodeCategory.ModifierSymbol => '\uA700',
        UnicodeCategory.OtherSymbol => '\uA490',
        UnicodeCategory.ConnectorPunctuation => '\uFE33',
        UnicodeCategory.DashPunctuation => '\u2E17',
        UnicodeCategory.OtherPunctuation => '\uA4FE',
        UnicodeCategory.Format => '\u2061',
        UnicodeCategory.PrivateUse => '\uE123',
        _ => '\uFFF0',
    };
}
