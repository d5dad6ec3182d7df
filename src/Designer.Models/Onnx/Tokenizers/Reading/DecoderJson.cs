using System.Text.Json;
using Designer.Models.Onnx.Tokenizers.Decoding;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Reads the decoder of <c>tokenizer.json</c>.</summary>
internal static class DecoderJson
{
    public static DecodingRules Read(JsonElement? part)
    {
        // Without a decoder the reference puts spaces between tokens.
        DecodingRules rules = new([]);
        if (part is not { } json) return rules with { Steps = [token => " " + token], Leading = 1 };
        bool fused = false;
        foreach (JsonElement step in Flat(json)) rules = Add(rules, step, ref fused);
        return rules;
    }

    private static IEnumerable<JsonElement> Flat(JsonElement json) =>
        json.NeedText("type") == "Sequence" ? json.NeedArray("decoders").EnumerateArray().SelectMany(Flat) : [json];

    private static DecodingRules Add(DecodingRules rules, JsonElement json, ref bool fused)
    {
        switch (json.NeedText("type"))
        {
            case "ByteLevel":
                return rules with { ByteLevel = true };
            case "ByteFallback":
                return rules with { ByteFallback = true };
            case "Fuse":
                fused = true;
                return rules;
            case "Metaspace":
                bool prefixed = json.Text("prepend_scheme") is { } scheme ? scheme != "never" : json.Flag("add_prefix_space") ?? true;
                return With(DecodingRules.Replace(json.Text("replacement") ?? "▁", " ")) with { Leading = prefixed ? 1 : 0 };
            case "WordPiece":
                return With(DecodingRules.WordPiece(json.Text("prefix") ?? "##", json.Flag("cleanup") ?? true)) with { Leading = 1 };
            case "BPEDecoder":
                return With(DecodingRules.Replace(json.Text("suffix") ?? "</w>", " ")) with { Trailing = 1 };
            case "Replace":
                return With(DecodingRules.Replace(json.NeedObject("pattern").NeedText("String"), json.Text("content") ?? ""));
            case "Strip":
                string content = json.NeedText("content");
                (int start, int stop) = (json.Number("start") ?? 0, json.Number("stop") ?? 0);
                if (content.Length != 1 || (fused && content != " ")) break;
                return fused ? rules with { Leading = start, Trailing = stop } : With(DecodingRules.Strip(content[0], start, stop));
        }
        throw BadFolder.Because($"The decoder {json.GetRawText()} of tokenizer.json is not supported.");

        DecodingRules With(Func<string, string> step) => rules with { Steps = [.. rules.Steps, step] };
    }
}
