using System.Text;
using System.Text.Json;
using Designer.Models.Onnx.Tokenizers.Normalizing;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Reads the normalizer of <c>tokenizer.json</c>.</summary>
internal static class NormalizerJson
{
    /// <param name="onlyAtStart">Whether a prefix belongs to the beginning of the text only (<c>legacy: false</c>), not after each special token.</param>
    public static Normalizer? Read(JsonElement? part, bool onlyAtStart)
    {
        if (part is not { } json) return null;
        return json.NeedText("type") switch
        {
            "Sequence" => new SequenceNormalizer([.. json.NeedArray("normalizers").EnumerateArray().Select(n => Read(n, onlyAtStart)!)]),
            "NFC" => Form(NormalizationForm.FormC),
            "NFD" => Form(NormalizationForm.FormD),
            "NFKC" => Form(NormalizationForm.FormKC),
            "NFKD" => Form(NormalizationForm.FormKD),
            "Lowercase" => new MapNormalizer(CharacterChanges.Lowercase),
            "StripAccents" => new MapNormalizer(CharacterChanges.StripAccents),
            "Nmt" => new MapNormalizer(CharacterChanges.Nmt),
            "Strip" => new StripNormalizer(json.Flag("strip_left") ?? true, json.Flag("strip_right") ?? true),
            "Prepend" => new PrependNormalizer(json.NeedText("prepend"), onlyAtStart),
            "Replace" => Replace(json),
            "Precompiled" => new MapNormalizer(new CharacterMap(Base64(json)).Apply),
            "BertNormalizer" => Bert(json),
            string other => throw BadFolder.Because($"The normalizer '{other}' of tokenizer.json is not supported."),
        };

        static MapNormalizer Form(NormalizationForm form) => new(CharacterChanges.Form(form));
    }

    private static Normalizer Replace(JsonElement json)
    {
        JsonElement pattern = json.NeedObject("pattern");
        string by = json.Text("content") ?? "";
        if (pattern.Text("String") is { Length: > 0 } find) return new ReplaceNormalizer(find, by);
        return new PatternNormalizer(new UnicodePattern(pattern.NeedText("Regex")), by);
    }

    private static MapNormalizer Bert(JsonElement json)
    {
        bool lowercase = json.Flag("lowercase") ?? true;
        // BERT strips accents exactly when it lowercases, unless the file says otherwise.
        return new MapNormalizer(new BertChanges(json.Flag("clean_text") ?? true, json.Flag("handle_chinese_chars") ?? true, json.Flag("strip_accents") ?? lowercase, lowercase).Apply);
    }

    private static byte[] Base64(JsonElement json)
    {
        try
        {
            return Convert.FromBase64String(json.NeedText("precompiled_charsmap"));
        }
        catch (FormatException e)
        {
            throw BadFolder.Because("The tokenizer's compiled character map is no Base64.", e);
        }
    }
}
