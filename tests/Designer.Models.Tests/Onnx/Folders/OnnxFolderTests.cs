using Designer.Models.Onnx.Folders;
using Designer.Models.Tests.Onnx.Graphs;

namespace Designer.Models.Tests.Onnx.Folders;

public class OnnxFolderTests
{
    [Theory]
    [InlineData("stories260k", OnnxKind.Chat, 512)]
    [InlineData("tiny-random-gpt2", OnnxKind.Chat, null)]
    [InlineData("use-lite-en", OnnxKind.Embedding, 128)]
    [InlineData("pp-ocr-v4", OnnxKind.Ocr, null)]
    [InlineData("magika-v3.3", OnnxKind.FileType, null)]
    [InlineData("nsfw-mobilenet-v2", OnnxKind.ImageClassifier, null)]
    [InlineData("prompt-guard-tfidf/jailbreak.onnx", OnnxKind.WordClassifier, null)]
    public void The_kind_is_found_from_the_files(string model, OnnxKind kind, int? context)
    {
        var folder = OnnxFolder.Read(Path.Combine(Path.GetDirectoryName(Repository.Model("stories260k"))!, model));
        Assert.Equal(kind, folder.Kind);
        Assert.Equal(context, folder.ContextTokens);
        Assert.True(folder.Bytes > 100_000);
    }

    [Fact]
    public void What_is_no_model_says_why()
    {
        var several = Assert.Throws<ModelException>(() => OnnxFolder.Read(Repository.Model("prompt-guard-tfidf")));
        Assert.Contains("prompt-guard-tfidf/jailbreak.onnx", several.Message);
        Assert.Contains("no .onnx file", Assert.Throws<ModelException>(() => OnnxFolder.Read(Repository.Model("tokenizer-gpt2"))).Message);
        Assert.Contains("ONNX graph", Assert.Throws<ModelException>(() => OnnxFolder.Read(Path.Combine(Repository.Model("stories260k"), "tok512.bin"))).Message);
    }

    [Fact]
    public void Settings_that_are_a_link_out_of_the_folder_are_not_read()
    {
        var place = Directory.CreateTempSubdirectory("designer-folder-");
        try
        {
            var model = place.CreateSubdirectory("model").FullName;
            File.WriteAllText(Path.Combine(place.FullName, "secret.json"), "{ \"id2label\": { \"0\": \"secret\" } }");
            File.CreateSymbolicLink(Path.Combine(model, "config.json"), Path.Combine("..", "secret.json"));
            Assert.Contains("leads out of the model folder", Assert.Throws<ModelException>(() => JsonFile.Read(model, "config.json")).Message);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Weights_that_a_graph_has_elsewhere_must_be_there()
    {
        var folder = Directory.CreateTempSubdirectory("designer-weights-").FullName;
        try
        {
            var weights = Wire.Field(5, Wire.Field(8, "w"), Wire.Field(13, Wire.Field(1, "location"), Wire.Field(2, "weights.bin")), Wire.Field(13, Wire.Field(1, "length"), Wire.Field(2, "4096")));
            await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), Wire.Field(7, weights, Wire.Field(11, Wire.Field(1, "pixel_values")), Wire.Field(12, Wire.Field(1, "logits"))), TestContext.Current.CancellationToken);
            Assert.Contains("model.onnx has its weights in weights.bin, and that file is not beside it.", Assert.Throws<ModelException>(() => OnnxFolder.Read(folder)).Message, StringComparison.Ordinal);
            await File.WriteAllBytesAsync(Path.Combine(folder, "weights.bin"), new byte[4096], TestContext.Current.CancellationToken);
            Assert.Equal(OnnxKind.ImageClassifier, OnnxFolder.Read(folder).Kind);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
