using System.Text.Json;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Templates;

namespace Designer.Models.Tests.Onnx;

public sealed class ModelFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("designer-model-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_shared_model_says_what_it_is()
    {
        ModelFolder model = ModelFolder.Open(Repository.Model("stories260k"));
        Assert.Equal("llama", model.Config.ModelType);
        Assert.Equal((5, 8, 4, 8), (model.Config.Layers, model.Config.Heads, model.Config.KeyValueHeads, model.Config.HeadSize));
        Assert.Equal(512, model.ContextLength);
        Assert.Equal([2], model.Generation.EndTokens);
        Assert.Equal(["model", "model_gqa", "model_lora"], model.Variants.Select(v => v.Name));
        Assert.Equal(["orla.onnx_adapter"], model.Adapters);
        Assert.True(model.HasTokenizer);
        Assert.Null(model.LoadChatTemplate());
        Assert.Equal([1, 403, 407, 261, 378], model.LoadTokenizer().Encode("Once upon a time"));
    }

    [Fact]
    public void A_shared_chat_template_renders_with_the_models_own_tokens()
    {
        ModelFolder model = ModelFolder.Open(Repository.Model("tokenizer-phi3"));
        Assert.Equal(131072, model.ContextLength);
        Assert.Equal("<|endoftext|>", model.SpecialTokens.End);
        string prompt = model.LoadChatTemplate()!.Render(new ChatTemplateInput(JsonElement.Parse("""[{"role":"user","content":"Hi"}]"""), Variables: model.TemplateVariables));
        // The assistant's mark takes the line end behind it along.
        Assert.Equal([32010, 13, 18567, 32007, 13, 32001], model.LoadTokenizer().Encode(prompt, addSpecial: false));
    }

    [Fact]
    public void Everything_a_folder_says_is_read()
    {
        Write("config.json", """{"model_type":"x","architectures":["XForCausalLM"],"n_embd":32,"n_layer":2,"n_head":4,"n_ctx":1024,"vocab_size":100,"eos_token_id":[5,6],"id2label":{"1":"b","0":"a"}}""");
        Write("generation_config.json", """{"do_sample":true,"temperature":0.6,"top_p":0.9,"top_k":50,"min_p":0.05,"repetition_penalty":1.1,"max_new_tokens":77,"eos_token_id":7}""");
        Write("tokenizer_config.json", """{"bos_token":{"content":"<s>","lstrip":false},"eos_token":"</s>","model_max_length":1000000000000000019884624838656,"chat_template":[{"name":"default","template":"plain"},{"name":"tool_use","template":"tools"}]}""");
        Write("special_tokens_map.json", """{"eos_token":"<old>","pad_token":"<pad>"}""");
        Write("onnx/model_q4f16.onnx", "12345");
        Write("onnx/model_q4f16.onnx_data", "1234567890");
        Write("onnx/model_quantized.onnx", "1");
        Write("onnx/other.txt", "");
        ModelFolder model = ModelFolder.Open(_folder);

        Assert.Equal((32, 2, 4, 4, 8, 1024), (model.Config.HiddenSize, model.Config.Layers, model.Config.Heads, model.Config.KeyValueHeads, model.Config.HeadSize, model.ContextLength));
        Assert.Equal(["a", "b"], model.Config.Labels);
        Assert.Equal([5, 6], model.Config.EndTokens);
        Assert.Equal([7], model.Generation.EndTokens);
        Assert.Equal((true, 0.6, 0.9, 50, 0.05, 1.1, 77), (model.Generation.Sample, model.Generation.Temperature, model.Generation.TopP, model.Generation.TopK, model.Generation.MinP, model.Generation.RepetitionPenalty, model.Generation.MaxNewTokens));
        Assert.Equal(("<s>", "</s>", "<pad>"), (model.SpecialTokens.Begin, model.SpecialTokens.End, model.SpecialTokens.Pad));
        Assert.Equal([new ModelVariant("model_q4f16", "onnx/model_q4f16.onnx", 15, "q4f16"), new ModelVariant("model_quantized", "onnx/model_quantized.onnx", 1, "int8")], model.Variants);
        ChatTemplateInput input = new(JsonElement.Parse("[]"));
        Assert.Equal(("plain", "tools"), (model.LoadChatTemplate()!.Render(input), model.LoadChatTemplate(withTools: true)!.Render(input)));

        Write("chat_template.jinja", "own file");
        Assert.Equal("own file", ModelFolder.Open(_folder).LoadChatTemplate()!.Render(input));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    [InlineData("/etc/hostname")]
    [InlineData("..\\secret")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void No_name_leads_out_of_the_folder(string name)
    {
        ModelException e = Assert.Throws<ModelException>(() => new ModelFolderFiles(_folder).Find(name));
        Assert.Equal(ModelErrorCodes.BadFolder, e.Code);
        Assert.Contains("leads out of the model folder", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_link_leads_out_of_the_folder()
    {
        string outside = Directory.CreateTempSubdirectory("designer-outside-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(outside, "config.json"), "{}");
            Write("model/real.json", "{}");
            string inner = Path.Combine(_folder, "model");
            File.CreateSymbolicLink(Path.Combine(inner, "config.json"), Path.Combine(outside, "config.json"));
            File.CreateSymbolicLink(Path.Combine(inner, "relative.json"), "../../" + Path.GetFileName(outside) + "/config.json");
            Directory.CreateSymbolicLink(Path.Combine(inner, "onnx"), outside);
            // A link within the folder whose own way leads through one that leaves it.
            File.CreateSymbolicLink(Path.Combine(inner, "through.json"), Path.Combine(inner, "onnx", "config.json"));
            File.CreateSymbolicLink(Path.Combine(inner, "inside.json"), "real.json");
            File.CreateSymbolicLink(Path.Combine(inner, "round.json"), "round.json");
            ModelFolderFiles files = new(inner);
            foreach (string name in (string[])["config.json", "relative.json", "onnx/config.json", "through.json"])
                Assert.Contains("leads out of", Assert.Throws<ModelException>(() => files.Find(name)).Message, StringComparison.Ordinal);
            Assert.Contains("too many links", Assert.Throws<ModelException>(() => files.Find("round.json")).Message, StringComparison.Ordinal);
            Assert.NotNull(files.Find("inside.json"));
            Assert.Throws<ModelException>(() => ModelFolder.Open(inner));

            string link = Path.Combine(_folder, "link");
            Directory.CreateSymbolicLink(link, outside);
            Assert.NotNull(new ModelFolderFiles(link).Find("config.json"));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Theory]
    [InlineData("config.json", "{", "is no JSON")]
    [InlineData("config.json", "[]", "is no JSON object")]
    [InlineData("config.json", """{"id2label":{"0":"a","2":"c"}}""", "without gaps")]
    [InlineData("config.json", """{"id2label":{"x":"a"}}""", "'x'")]
    public void What_is_wrong_with_a_file_is_said(string name, string content, string message)
    {
        Write(name, content);
        ModelException e = Assert.Throws<ModelException>(() => ModelFolder.Open(_folder));
        Assert.Equal(ModelErrorCodes.BadFolder, e.Code);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_is_a_model_without_anything_and_a_missing_one_is_an_error()
    {
        ModelFolder model = ModelFolder.Open(_folder);
        Assert.Empty(model.Variants);
        Assert.False(model.HasTokenizer);
        Assert.Contains("neither tokenizer.json nor tokenizer.model", Assert.Throws<ModelException>(model.LoadTokenizer).Message, StringComparison.Ordinal);
        Assert.Contains("There is no model folder", Assert.Throws<ModelException>(() => ModelFolder.Open(Path.Combine(_folder, "nope"))).Message, StringComparison.Ordinal);
    }

    private void Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
