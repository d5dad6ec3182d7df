using System.Text.Json;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Tests.OpenAi;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Onnx.Chat;

/// <summary>Folders are downloaded from strangers: whatever stands in them, a call answers or fails in words.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("designer-hostile").FullName;
    private static readonly CancellationToken s_cancellation = TestContext.Current.CancellationToken;

    private string Folder(params (string Name, string Content)[] files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_home, "story")).FullName;
        foreach (var file in new[] { "model.onnx", "config.json", "tokenizer.model" }) File.Copy(Path.Combine(Repository.Model("stories260k"), file), Path.Combine(folder, file));
        foreach (var (name, content) in files) File.WriteAllText(Path.Combine(folder, name), content);
        return folder;
    }

    private async Task<ChatResponse> AskAsync(ChatOptions? options = null)
    {
        using var models = OnnxRegistry.Create(home: _home);
        var client = await models.ClientAsync(OnnxRegistry.Connection("story"));
        return await client.GetResponseAsync("Once upon a time", options ?? new ChatOptions { MaxOutputTokens = 12, Temperature = 0 }, s_cancellation);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public async Task A_graph_that_was_cut_is_a_damaged_folder(double left)
    {
        var graph = Path.Combine(Folder(), "model.onnx");
        using (var file = File.OpenWrite(graph)) file.SetLength((long)(file.Length * left));
        var error = await Assert.ThrowsAsync<ModelException>(() => AskAsync());
        Assert.Equal(ModelErrorCodes.BadFolder, error.Code);
        Assert.Contains("model.onnx", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.json", """{"model":{"type":"Mystery"}}""", "Mystery")]
    [InlineData("tokenizer.json", "not json", "tokenizer.json")]
    [InlineData("config.json", "[]", "config.json")]
    [InlineData("chat_template.jinja", "{% for i in range(100000) %}{% for j in range(100000) %}{{ j }}{% endfor %}{% endfor %}", "steps")]
    [InlineData("chat_template.jinja", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "nests deeper")]
    [InlineData("chat_template.jinja", "{{ 'x' * 2000000000 }}", "characters")]
    [InlineData("chat_template.jinja", "{{ messages[0].content.__class__.__mro__ }}{{ raise_exception('no') }}", "chat template")]
    [InlineData("chat_template.jinja", "", "prompt is empty")]
    public async Task What_is_wrong_is_said(string name, string content, string words)
    {
        Folder((name, content));
        var error = await Assert.ThrowsAsync<ModelException>(() => AskAsync());
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_tokenizer_is_said()
    {
        File.Delete(Path.Combine(Folder(), "tokenizer.model"));
        Assert.Equal(ModelErrorCodes.BadFolder, (await Assert.ThrowsAsync<ModelException>(() => AskAsync())).Code);
    }

    [Theory]
    [InlineData("""{"num_hidden_layers":2147483647,"num_attention_heads":2147483647,"num_key_value_heads":2147483647,"head_dim":2147483647,"hidden_size":2147483647,"max_position_embeddings":2147483647}""")]
    [InlineData("""{"num_hidden_layers":-1,"num_attention_heads":-8,"num_key_value_heads":-2147483648,"hidden_size":-3,"max_position_embeddings":-5}""")]
    [InlineData("""{"num_hidden_layers":1e99,"num_attention_heads":"eight","hidden_size":null,"max_position_embeddings":0,"eos_token_id":[1.5,"x",2]}""")]
    public async Task Absurd_sizes_change_what_is_reserved_and_not_what_is_said(string config)
    {
        Folder(("config.json", config));
        Assert.StartsWith(", there was a little girl", (await AskAsync()).Text, StringComparison.Ordinal);
        var settings = new OnnxSettings { Threads = 1, CacheMegabytes = 64 };
        using var onnx = new OnnxModels(new(_home, settings), settings, TimeProvider.System);
        var folder = onnx.Find("story");
        Assert.InRange(onnx.Estimate(folder).Bytes, folder.Bytes, folder.Bytes + (64 << 20));
    }

    [Theory]
    [InlineData("""{"do_sample":true,"temperature":1e-40,"top_k":-3,"top_p":0,"min_p":7,"repetition_penalty":0}""")]
    [InlineData("""{"do_sample":true,"temperature":1e30,"top_k":2147483647,"top_p":9,"min_p":-1,"repetition_penalty":-2}""")]
    [InlineData("""{"do_sample":"yes","temperature":"hot","top_p":[],"repetition_penalty":{},"max_new_tokens":-1,"eos_token_id":99999999}""")]
    public async Task An_absurd_way_of_drawing_still_draws(string generation)
    {
        Folder(("generation_config.json", generation));
        var said = await AskAsync(new ChatOptions { MaxOutputTokens = 12 });
        Assert.InRange(said.Usage!.OutputTokenCount!.Value, 1, 12);
    }

    [Fact]
    public async Task An_empty_stop_string_stops_nothing_and_one_across_tokens_does()
    {
        Folder();
        var options = new ChatOptions { MaxOutputTokens = 12, Temperature = 0 };
        var plain = (await AskAsync(options)).Text;
        options.StopSequences = [""];
        Assert.Equal(plain, (await AskAsync(options)).Text);
        options.StopSequences = ["tle gi", ""];
        Assert.Equal(", there was a lit", (await AskAsync(options)).Text);
    }

    [Fact]
    public async Task A_schema_that_the_vocabulary_cannot_write_is_refused_in_words()
    {
        Folder();
        // Deeper than can be answered within the tokens: the answer is cut, and says so.
        var options = new ChatOptions { MaxOutputTokens = 5, Temperature = 0, ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object","properties":{"a":{"const":"a long text that takes more tokens than there are"}},"required":["a"]}""")) };
        Assert.Equal(ChatFinishReason.Length, (await AskAsync(options)).FinishReason);
        options.ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"mystery"}"""));
        Assert.Contains("JSON schema", (await Assert.ThrowsAsync<ModelException>(() => AskAsync(options))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
