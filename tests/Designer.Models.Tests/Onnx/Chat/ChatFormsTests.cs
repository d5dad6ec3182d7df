using System.Text.Json;
using Designer.Models.Connections;
using Designer.Models.Onnx.Chat;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.ToolCalls;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Onnx.Chat;

/// <summary>Chat templates, tools and schemas around the shared model, in a folder that has what the export lacks.</summary>
public sealed class ChatFormsTests : IDisposable
{
    private const string Template =
        "{% for m in messages %}{% if m.role == 'system' %}Once upon{% elif m.tool_calls %}call {{ m.tool_calls[0].function.name }} {{ m.tool_calls[0].function.arguments.city }}{% else %} {{ m.content }}{% endif %}{% endfor %}" +
        "{% if tools %}<tool_call>{{ tools[0].function.name }}{% endif %}";

    private readonly string _home = Directory.CreateTempSubdirectory("designer-forms").FullName;
    private static readonly CancellationToken s_cancellation = TestContext.Current.CancellationToken;

    private string Folder(object tokenizerConfig, object? generation = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_home, "story")).FullName;
        foreach (var file in new[] { "model.onnx", "config.json", "tokenizer.model" }) File.Copy(Path.Combine(Repository.Model("stories260k"), file), Path.Combine(folder, file));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(tokenizerConfig));
        if (generation is not null) File.WriteAllText(Path.Combine(folder, "generation_config.json"), JsonSerializer.Serialize(generation));
        return folder;
    }

    [Fact]
    public async Task Messages_go_through_the_chat_template()
    {
        Folder(new { chat_template = Template, add_bos_token = false });
        using var models = OnnxRegistry.Create(home: _home);
        var client = await models.ClientAsync(OnnxRegistry.Connection("story"));
        ChatMessage[] messages = [new(ChatRole.System, "tell stories"), new(ChatRole.User, "a time")];
        var response = await client.GetResponseAsync(messages, new ChatOptions { MaxOutputTokens = 40, Temperature = 0 }, s_cancellation);
        // "Once upon a time" without a start token, which the template did not write.
        Assert.Equal(4, response.Usage!.InputTokenCount);
        Assert.Contains("there was a little", response.Text);
    }

    [Fact]
    public void A_template_that_teaches_tools_makes_a_model_that_calls_them()
    {
        var folder = OnnxFolder.Read(Folder(new { chat_template = Template }));
        Assert.Equal(ModelCapabilities.Chat | ModelCapabilities.JsonSchema | ModelCapabilities.Tools, folder.Capabilities);
        Assert.Equal(ModelCapabilities.Chat | ModelCapabilities.JsonSchema, OnnxFolder.Read(Repository.Model("stories260k")).Capabilities);
    }

    [Fact]
    public async Task An_answer_held_to_a_schema_is_json_of_that_form()
    {
        using var models = OnnxRegistry.Create();
        var client = await models.ClientAsync(OnnxRegistry.Connection("stories260k"));
        var schema = JsonElement.Parse("""{"type":"object","properties":{"name":{"type":"string","maxLength":12},"happy":{"type":"boolean"},"age":{"type":"integer"}},"required":["name","happy","age"],"additionalProperties":false}""");
        var options = new ChatOptions { MaxOutputTokens = 200, Temperature = 0.8f, TopK = 50, Seed = 3, ResponseFormat = ChatResponseFormat.ForJsonSchema(schema) };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
        {
            var own = options.Clone();
            own.Seed = i;
            return client.GetResponseAsync("Once upon a time", own, s_cancellation);
        }));
        foreach (var answer in answers)
        {
            Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
            var json = JsonElement.Parse(answer.Text);
            Assert.True(json.GetProperty("name").GetString()!.Length <= 12);
            Assert.Contains(json.GetProperty("happy").ValueKind, (JsonValueKind[])[JsonValueKind.True, JsonValueKind.False]);
            Assert.Equal(JsonValueKind.Number, json.GetProperty("age").ValueKind);
        }
    }

    [Fact]
    public void What_a_model_says_becomes_text_and_calls()
    {
        var reader = new AnswerReader(ToolCallFormat.Hermes);
        List<AIContent> said = [.. new[] { "Let me ", "look. <tool", "_call>{\"name\": \"weather\", \"argu", "ments\": {\"city\": \"Lisbon\"}}</tool_call>" }.SelectMany(reader.Append), .. reader.Finish()];
        Assert.Equal("Let me look. ", string.Concat(said.OfType<TextContent>().Select(t => t.Text)));
        var call = Assert.Single(said.OfType<FunctionCallContent>());
        Assert.Equal(("weather", "Lisbon"), (call.Name, call.Arguments!["city"]!.ToString()));
        Assert.True(reader.HasCalls);
        Assert.IsType<TextContent>(Assert.Single(new AnswerReader(ToolCallFormat.None).Append("<tool_call>")));
    }

    [Fact]
    public async Task Tools_calls_and_results_reach_the_template()
    {
        Folder(new { chat_template = Template, add_bos_token = false });
        using var models = OnnxRegistry.Create(home: _home);
        var client = await models.ClientAsync(OnnxRegistry.Connection("story"));
        ChatMessage[] messages =
        [
            new(ChatRole.User, "x"),
            new(ChatRole.Assistant, [new FunctionCallContent("1", "weather", new Dictionary<string, object?> { ["city"] = "Rome" })]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "warm")]),
        ];
        var options = new ChatOptions { MaxOutputTokens = 1, Temperature = 0, Tools = [AIFunctionFactory.Create((string city) => city, "weather")] };
        var tokenizer = Designer.Models.Onnx.Tokenizers.Tokenizer.Load(Path.Combine(_home, "story"));
        Assert.Equal(tokenizer.Encode(" xcall weather Rome warm<tool_call>weather", addSpecial: false).Length, (await client.GetResponseAsync(messages, options, s_cancellation)).Usage!.InputTokenCount);
        Assert.Contains("text only", (await Assert.ThrowsAsync<ModelException>(() => client.GetResponseAsync([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])], options, s_cancellation))).Message);
    }

    [Fact]
    public async Task The_folders_way_of_drawing_holds_until_the_caller_says_otherwise()
    {
        Folder(new { }, new { do_sample = true, temperature = 1.5, top_k = 0, eos_token_id = new[] { 2 } });
        using var models = OnnxRegistry.Create(home: _home);
        var client = await models.ClientAsync(OnnxRegistry.Connection("story"));
        var drawn = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => client.GetResponseAsync("Once upon a time", new ChatOptions { MaxOutputTokens = 20, Seed = i }, s_cancellation)));
        Assert.True(drawn.Select(d => d.Text).Distinct().Count() > 1);
        var greedy = await client.GetResponseAsync("Once upon a time", new ChatOptions { MaxOutputTokens = 20, Temperature = 0 }, s_cancellation);
        Assert.StartsWith(", there was a little girl named Lily.", greedy.Text);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
