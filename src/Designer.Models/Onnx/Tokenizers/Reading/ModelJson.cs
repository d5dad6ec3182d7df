using System.Text.Json;
using Designer.Models.Onnx.Tokenizers.Models;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Reads the model of <c>tokenizer.json</c>.</summary>
internal static class ModelJson
{
    private const int DefaultLongestWord = 100;

    public static TokenModel Read(JsonElement model) => Kind(model) switch
    {
        "BPE" => Bpe(model),
        "Unigram" => Unigram(model),
        "WordPiece" => new WordPieceModel(Vocabulary(model), model.Text("unk_token") ?? "[UNK]", model.Text("continuing_subword_prefix") ?? "##",
            model.Number("max_input_chars_per_word") ?? DefaultLongestWord),
        "WordLevel" => new WordLevelModel(Vocabulary(model), model.Text("unk_token")),
        string other => throw BadFolder.Because($"The tokenizer model '{other}' is not supported; BPE, Unigram, WordPiece and WordLevel are."),
    };

    /// <summary>Old files do not name the kind of their model.</summary>
    private static string Kind(JsonElement model) => model.Text("type") ??
        (model.TryGetProperty("merges", out _) ? "BPE" : model.Array("vocab", orObject: true) ? "Unigram" : model.TryGetProperty("continuing_subword_prefix", out _) ? "WordPiece" : "WordLevel");

    private static bool Array(this JsonElement model, string name, bool orObject) => orObject && model.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array;

    private static Vocabulary Vocabulary(JsonElement model) => new(model.NeedObject("vocab").EnumerateObject().Select(token =>
        token.Value.ValueKind == JsonValueKind.Number && token.Value.TryGetInt32(out int id) ? KeyValuePair.Create(token.Name, id) : throw BadFolder.Because($"The token '{token.Name}' has no id.")));

    private static BpeModel Bpe(JsonElement model)
    {
        Vocabulary vocabulary = Vocabulary(model);
        BpeOptions options = new(model.Text("unk_token"), model.Flag("byte_fallback") ?? false, model.Flag("fuse_unk") ?? false, model.Flag("ignore_merges") ?? false,
            Some(model.Text("continuing_subword_prefix")), Some(model.Text("end_of_word_suffix")));
        List<(int, int, int, int)> merges = [];
        int prefix = options.ContinuingPrefix?.Length ?? 0;
        foreach (JsonElement merge in model.NeedArray("merges").EnumerateArray())
        {
            (string left, string right) = Pair(merge);
            string joined = left + (right.Length >= prefix ? right[prefix..] : right);
            (int l, int r, int both) = (vocabulary.IdOf(left), vocabulary.IdOf(right), vocabulary.IdOf(joined));
            if (l < 0 || r < 0 || both < 0) throw BadFolder.Because($"The merge of '{left}' and '{right}' makes or uses a token that the vocabulary lacks.");
            merges.Add((l, r, merges.Count, both));
        }
        return new BpeModel(vocabulary, merges, options);

        static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>Merges are written as "a b" or, in newer files, as ["a", "b"].</summary>
    private static (string Left, string Right) Pair(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2 && merge[0].ValueKind == JsonValueKind.String && merge[1].ValueKind == JsonValueKind.String)
            return (merge[0].GetString()!, merge[1].GetString()!);
        if (merge.ValueKind == JsonValueKind.String && merge.GetString() is { } text && text.IndexOf(' ', StringComparison.Ordinal) is > 0 and int space)
            return (text[..space], text[(space + 1)..]);
        throw BadFolder.Because($"A merge of tokenizer.json is not understood: {merge.GetRawText()}");
    }

    private static UnigramModel Unigram(JsonElement model)
    {
        List<KeyValuePair<string, int>> pieces = [];
        List<double> scores = [];
        foreach (JsonElement piece in model.NeedArray("vocab").EnumerateArray())
        {
            if (piece.ValueKind != JsonValueKind.Array || piece.GetArrayLength() != 2 || piece[0].ValueKind != JsonValueKind.String || piece[1].ValueKind != JsonValueKind.Number)
                throw BadFolder.Because($"A piece of tokenizer.json is not understood: {piece.GetRawText()}");
            pieces.Add(KeyValuePair.Create(piece[0].GetString()!, pieces.Count));
            scores.Add(piece[1].GetDouble());
        }
        if (pieces.Count == 0) throw BadFolder.Because("tokenizer.json has an empty vocabulary.");
        int unknown = model.Number("unk_id") ?? -1;
        return new UnigramModel(new Vocabulary(pieces), [.. scores], pieces, unknown, model.Flag("byte_fallback") ?? false, singlePrecision: false);
    }
}
