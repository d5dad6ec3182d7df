using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Web.Features.Models.Playground;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Models.Playground;

/// <summary>What the playground hands to flows.</summary>
public sealed class PlaygroundFlowTests
{
    private static readonly Column s_column = new() { Model = "main", Temperature = 0.3, TopP = 0.9, MaxTokens = 77, Seed = 5 };

    [Fact]
    public void A_node_to_paste_has_prompt_model_and_settings()
    {
        JsonElement part = JsonElement.Parse(PlaygroundFlow.Part("Be brief.", "What is a {{ mustache }}?", s_column));

        JsonElement node = part.GetProperty("nodes")[0], settings = node.GetProperty("settings");
        Assert.Equal(("designer.flow-part/1", "model.chat", "main"), (part.GetProperty("schema").GetString(), node.GetProperty("type").GetString(), node.GetProperty("name").GetString()));
        Assert.Equal("@slot:model", settings.GetProperty("model").GetString());
        Assert.Equal((0.3, 0.9, 77, 5), (settings.GetProperty("temperature").GetDouble(), settings.GetProperty("topP").GetDouble(), settings.GetProperty("maxTokens").GetInt32(), settings.GetProperty("seed").GetInt32()));
        Assert.Equal("Be brief.", settings.GetProperty("messages")[0].GetProperty("text").GetString());
        Assert.Equal("model", part.GetProperty("slots").GetProperty("model").GetProperty("kind").GetString());
    }

    [Fact]
    public void What_was_typed_reaches_the_model_as_it_was_typed()
    {
        const string Typed = "Write {{ name }} and {% if x %} {{{{ {% endraw %} \"quoted\"";
        string text = JsonElement.Parse(PlaygroundFlow.Part("", Typed, s_column)).GetProperty("nodes")[0].GetProperty("settings").GetProperty("messages")[0].GetProperty("text").GetString()!;

        Assert.Equal(Typed, Template.Parse(text).Render(new NoValues()));
    }

    [Fact]
    public async Task The_flow_made_of_it_passes_the_checker_and_can_run()
    {
        await using DesignerApp app = await DesignerApp.StartAsync();
        FlowDocument document = PlaygroundFlow.Document("Chat", "Say {{ braces }}.", s_column) with { Id = Guid.CreateVersion7() };

        Assert.DoesNotContain(FlowChecker.Check(document, app.Services.GetRequiredService<INodeTypes>()), p => p.Severity == ProblemSeverity.Error && p.Code != "slot.unbound");
    }

    private sealed class NoValues : IValueScope
    {
        public object? Root(string name) => null;
        public DateTimeOffset Now => default;
    }
}
