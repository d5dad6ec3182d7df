using System.Globalization;
using System.Text;

namespace Designer.Models.Onnx.Tokenizers.PreTokenizing;

/// <summary>Finds the separators of the pre-tokenizers that need no pattern.</summary>
internal static class Separators
{
    public static List<(int Start, int End)> Spaces(string text) => Each(text, Rune.IsWhiteSpace);

    public static List<(int Start, int End)> Digits(string text) => Each(text, Rune.IsNumber);

    public static List<(int Start, int End)> DigitRuns(string text) => Runs(Each(text, Rune.IsNumber));

    public static List<(int Start, int End)> Punctuation(string text) => Each(text, IsPunctuation);

    public static Func<string, List<(int Start, int End)>> Character(Rune delimiter) => text => Each(text, rune => rune == delimiter);

    public static Func<string, List<(int Start, int End)>> Text(string separator) => text =>
    {
        List<(int, int)> found = [];
        for (int at = 0; separator.Length > 0 && (at = text.IndexOf(separator, at, StringComparison.Ordinal)) >= 0; at += separator.Length) found.Add((at, at + separator.Length));
        return found;
    };

    /// <summary>ASCII's signs and all that Unicode calls punctuation.</summary>
    private static bool IsPunctuation(Rune rune) =>
        (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value), rune.Value) is (false, > ' ' and < 0x7F)) || Rune.IsPunctuation(rune);

    private static List<(int Start, int End)> Each(string text, Func<Rune, bool> wanted)
    {
        List<(int, int)> found = [];
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (wanted(rune)) found.Add((at, at + rune.Utf16SequenceLength));
            at += rune.Utf16SequenceLength;
        }
        return found;
    }

    private static List<(int Start, int End)> Runs(List<(int Start, int End)> each)
    {
        List<(int Start, int End)> runs = [];
        foreach ((int start, int end) in each)
        {
            if (runs is [.., var last] && last.End == start) runs[^1] = (last.Start, end);
            else runs.Add((start, end));
        }
        return runs;
    }
}
