using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Models.Onnx.Tokenizers;
using Designer.Models.Onnx.Tokenizers.Reading;
using Designer.Models.Tests.Onnx.Goldens;

namespace Designer.Models.Tests.Onnx.Tokenizers;

/// <summary>Ids and texts against @huggingface/tokenizers and SentencePiece; the scripts in Goldens made what is expected.</summary>
public sealed class ReferenceTests
{
    private static readonly JsonElement[] s_subjects = Golden.Read("tokenizers.json"), s_models = Golden.Read("sentencepiece.json");

    public static TheoryData<string> Subjects => [.. s_subjects.Select(s => s.GetProperty("name").GetString()!)];

    public static TheoryData<string> Models => [.. s_models.Select(s => s.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void A_tokenizer_json_reads_as_the_reference_does(string name)
    {
        JsonElement subject = s_subjects.Single(s => s.GetProperty("name").GetString() == name);
        Tokenizer tokenizer = Build(subject);
        List<string> wrong = [];
        foreach ((string text, JsonElement expected) in Golden.Texts.Zip(subject.GetProperty("cases").EnumerateArray()))
        {
            if (expected.ValueKind == JsonValueKind.Null) continue;
            int[] ids = tokenizer.Encode(text, addSpecial: false);
            Check(text, "ids", expected.Ids("ids"), ids);
            Check(text, "traced ids", ids, tokenizer.Tokenize(text, addSpecial: false).Ids);
            Check(text, "with special tokens", expected.Ids("full"), tokenizer.Encode(text));
            string decoded = tokenizer.Decode(expected.Ids("ids"));
            if (decoded != expected.GetProperty("decoded").GetString()) wrong.Add($"{text}: decoded: {expected.GetProperty("decoded").GetString()} but {decoded}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        void Check(string text, string what, int[] expected, int[] actual)
        {
            if (!expected.AsSpan().SequenceEqual(actual)) wrong.Add($"{text}: {what}: {Write(expected)} but {Write(actual)}");
        }

        string Write(int[] ids) => string.Join(' ', ids.Select(id => $"{id}={tokenizer.TokenOf(id)}"));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_tokenizer_model_reads_as_SentencePiece_does(string name)
    {
        string file = Path.Combine(name.StartsWith("spm-", StringComparison.Ordinal) ? Golden.Folder : Repository.Model(name), name.StartsWith("spm-", StringComparison.Ordinal) ? $"{name}.model" : "tokenizer.model");
        Tokenizer tokenizer = SentencePieceModel.Read(File.ReadAllBytes(file), addBegin: false, addEnd: false);
        JsonElement subject = s_models.Single(s => s.GetProperty("name").GetString() == name);
        List<string> wrong = [];
        foreach ((string text, JsonElement expected) in Golden.Texts.Append("a<sep>b <sep> c").Zip(subject.GetProperty("cases").EnumerateArray()))
        {
            int[] ids = tokenizer.Encode(text), wanted = expected.Ids("ids");
            if (!wanted.AsSpan().SequenceEqual(ids)) wrong.Add($"{text}: {Write(wanted)} but {Write(ids)}");
            string decoded = tokenizer.Decode(wanted, skipSpecial: false), said = expected.GetProperty("decoded").GetString()!;
            // SentencePiece drops a mark at the front of each token until there is text; only a text that was written in marks shows it.
            if (decoded != said && !text.Contains('▁')) wrong.Add($"{text}: decoded: {said} but {decoded}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        string Write(int[] ids) => string.Join(' ', ids.Select(id => $"{id}={tokenizer.TokenOf(id)}"));
    }

    private static Tokenizer Build(JsonElement subject)
    {
        JsonNode json = subject.GetProperty("tokenizer").ValueKind == JsonValueKind.Object ? JsonNode.Parse(subject.GetProperty("tokenizer").GetRawText())!
            : JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Model(subject.GetProperty("base").GetString()!), "tokenizer.json")))!;
        foreach (JsonProperty part in subject.GetProperty("parts").EnumerateObject()) json[part.Name] = JsonNode.Parse(part.Value.GetRawText());
        return TokenizerJson.Read(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()), JsonElement.Parse("{}"));
    }
}
