using System.Text;
using System.Text.Json;
using Designer.Models.Onnx.Tokenizers.PreTokenizing;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Reads the pre-tokenizer of <c>tokenizer.json</c>.</summary>
internal static class PreTokenizerJson
{
    private const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <param name="ByteLevel">Whether the model reads words in the byte alphabet.</param>
    public sealed record Result(PreTokenizer? PreTokenizer, bool ByteLevel);

    public static Result Read(JsonElement? part)
    {
        if (part is not { } json) return new Result(null, false);
        List<PreTokenizer> steps = [];
        bool byteLevel = false;
        foreach (JsonElement step in Flat(json))
        {
            // Bytes are written last thing, word by word; nothing may cut what they are written in.
            if (byteLevel) throw BadFolder.Because("A pre-tokenizer behind ByteLevel in tokenizer.json is not supported.");
            byteLevel = step.NeedText("type") == "ByteLevel";
            steps.AddRange(Step(step));
        }
        return new Result(steps.Count == 1 ? steps[0] : steps.Count == 0 ? null : new SequencePreTokenizer(steps), byteLevel);
    }

    private static IEnumerable<JsonElement> Flat(JsonElement json) =>
        json.NeedText("type") == "Sequence" ? json.NeedArray("pretokenizers").EnumerateArray().SelectMany(Flat) : [json];

    private static IEnumerable<PreTokenizer> Step(JsonElement json)
    {
        switch (json.NeedText("type"))
        {
            case "ByteLevel":
                if (json.Flag("add_prefix_space") ?? true) yield return new PrefixSpacePreTokenizer();
                if (json.Flag("use_regex") ?? true) yield return new SplitPreTokenizer(new UnicodePattern(Gpt2Pattern).Matches, SplitBehavior.Isolated);
                break;
            case "Split":
                yield return Split(json);
                break;
            case "Metaspace":
                yield return new MetaspacePreTokenizer(json.Text("replacement") ?? "▁", Scheme(json), json.Flag("split") ?? true);
                break;
            case "Whitespace":
                yield return new SplitPreTokenizer(new UnicodePattern(@"\w+|[^\w\s]+").Matches, SplitBehavior.Removed, inverted: true);
                break;
            case "WhitespaceSplit":
                yield return new SplitPreTokenizer(Separators.Spaces, SplitBehavior.Removed);
                break;
            case "BertPreTokenizer":
                yield return new SplitPreTokenizer(Separators.Spaces, SplitBehavior.Removed);
                yield return new SplitPreTokenizer(Separators.Punctuation, SplitBehavior.Isolated);
                break;
            case "Punctuation":
                yield return new SplitPreTokenizer(Separators.Punctuation, Behavior(json.Text("behavior") ?? "Isolated"));
                break;
            case "Digits":
                yield return new SplitPreTokenizer(json.Flag("individual_digits") ?? false ? Separators.Digits : Separators.DigitRuns, SplitBehavior.Isolated);
                break;
            case "CharDelimiterSplit":
                Rune.DecodeFromUtf16(json.NeedText("delimiter"), out Rune delimiter, out _);
                yield return new SplitPreTokenizer(Separators.Character(delimiter), SplitBehavior.Removed);
                break;
            case string other:
                throw BadFolder.Because($"The pre-tokenizer '{other}' of tokenizer.json is not supported.");
        }
    }

    private static SplitPreTokenizer Split(JsonElement json)
    {
        JsonElement pattern = json.NeedObject("pattern");
        Func<string, List<(int, int)>> find = pattern.Text("String") is { } text ? Separators.Text(text) : new UnicodePattern(pattern.NeedText("Regex")).Matches;
        return new SplitPreTokenizer(find, Behavior(json.NeedText("behavior")), json.Flag("invert") ?? false);
    }

    private static SplitBehavior Behavior(string name) =>
        Enum.TryParse(name, out SplitBehavior behavior) ? behavior : throw BadFolder.Because($"The split behavior '{name}' of tokenizer.json is not supported.");

    private static PrependScheme Scheme(JsonElement json) => json.Text("prepend_scheme") switch
    {
        "always" => PrependScheme.Always,
        "first" => PrependScheme.First,
        "never" => PrependScheme.Never,
        null => json.Flag("add_prefix_space") ?? true ? PrependScheme.Always : PrependScheme.Never,
        string other => throw BadFolder.Because($"The prepend scheme '{other}' of tokenizer.json is not supported."),
    };
}
