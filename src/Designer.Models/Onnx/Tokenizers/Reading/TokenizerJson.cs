using System.Text.Json;
using Designer.Models.Onnx.Tokenizers.Models;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Reads <c>tokenizer.json</c>.</summary>
internal static class TokenizerJson
{
    public static Tokenizer Read(ReadOnlyMemory<byte> json, JsonElement config)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement, config);
        }
        catch (JsonException e)
        {
            throw BadFolder.Because($"tokenizer.json is no JSON: {e.Message}", e);
        }
    }

    private static Tokenizer Read(JsonElement root, JsonElement config)
    {
        TokenModel model = ModelJson.Read(root.NeedObject("model"));
        AddedToken[] added = [.. (root.Array("added_tokens")?.EnumerateArray() ?? default).Select(t => Added(t))];
        bool onlyAtStart = config.Flag("legacy") == false;
        PreTokenizerJson.Result cutting = PreTokenizerJson.Read(root.Object("pre_tokenizer"));
        return new Tokenizer(new TokenizerParts(model, added, NormalizerJson.Read(root.Object("normalizer"), onlyAtStart), cutting.PreTokenizer, cutting.ByteLevel,
            PostProcessorJson.Read(root.Object("post_processor")), DecoderJson.Read(root.Object("decoder"))));
    }

    private static AddedToken Added(JsonElement token) => new(token.NeedNumber("id"), token.NeedText("content"), token.Flag("single_word") ?? false,
        token.Flag("lstrip") ?? false, token.Flag("rstrip") ?? false, token.Flag("normalized") ?? false, token.Flag("special") ?? false);
}
