using System.Text.Json;
using Designer.Models.Onnx.Tokenizers;

namespace Designer.Models.Tests.Onnx.Tokenizers;

/// <summary>The tokenizers of the shared models against what their folders say.</summary>
public sealed class SharedTokenizerTests
{
    [Theory]
    [InlineData("tokenizer-gpt2")]
    [InlineData("tokenizer-phi3")]
    public void Ids_equal_the_reference(string model)
    {
        string folder = Repository.Model(model);
        Tokenizer tokenizer = Tokenizer.Load(folder);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected-ids.json")));
        JsonElement[] cases = [.. expected.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.Equal(7, cases.Length);
        foreach (JsonElement sample in cases)
        {
            string text = sample.GetProperty("text").GetString()!;
            int[] ids = [.. sample.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.Equal(ids, tokenizer.Encode(text, addSpecial: false));
            Assert.Equal(ids, tokenizer.Tokenize(text, addSpecial: false).Ids);
        }
    }

    [Fact]
    public void Stories_read_their_beginning_as_documented()
    {
        Tokenizer tokenizer = Tokenizer.Load(Repository.Model("stories260k"));
        Assert.Equal([1, 403, 407, 261, 378], tokenizer.Encode("Once upon a time"));
        Assert.Equal("Once upon a time", tokenizer.Decode(tokenizer.Encode("Once upon a time")));
        Assert.Equal("日本 🤖", tokenizer.Decode(tokenizer.Encode("日本 🤖")));
        Assert.Equal(512, tokenizer.VocabularySize);
    }
}
