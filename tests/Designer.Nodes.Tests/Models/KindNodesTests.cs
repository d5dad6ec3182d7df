using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Designer.Nodes.Models;
using Xunit;

namespace Designer.Nodes.Tests.Models;

/// <summary>What the nodes of models that do not chat do with what a model says, and what they refuse.</summary>
public sealed class KindNodesTests
{
    private sealed class LongestFirst : IReranker
    {
        public Task<IReadOnlyList<float>> ScoreAsync(string query, IReadOnlyList<string> passages, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<float>>([.. passages.Select(p => Math.Min(1, p.Length / 10f))]);
    }

    private sealed class Names : ISpanFinder
    {
        public Task<IReadOnlyList<FoundSpan>> FindAsync(string text, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<FoundSpan>>([new("NAME", 0, 3, "Ada", 0.9f), new("PHONE", 4, 7, "555", 0.4f), new("NAME", 8, 11, "Bob", 0.6f)]);
    }

    private sealed class Broken : ITextClassifier
    {
        public Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ClassifyAsync(IReadOnlyList<string> texts, CancellationToken cancellation) =>
            throw new ModelException(ModelErrorCodes.BadFolder, "config.json is missing.");
    }

    private static ScriptedModels Models(ModelCapabilities can, object face)
    {
        ScriptedModels models = new();
        models.Others["local"] = (can, face);
        return models;
    }

    [Fact]
    public async Task Passages_come_back_best_first_with_their_documents_and_the_model_as_their_scorer()
    {
        FakeStep step = new();
        Chunk[] found = [new("c1", "d1", "Short", "abc", 7), new("c2", "d2", "Long", "abcdefgh", 3), new("c3", "d3", "Middle", "abcde", 1)];
        RerankNode node = new(Models(ModelCapabilities.Rerank, new LongestFirst()));
        RerankNode.Outputs outputs = (await node.RunAsync(new("local", "question", found, TopK: 2), step)).Outputs!;

        Assert.Equal(["c2", "c3"], outputs.Chunks.Select(c => c.Id));
        Assert.Equal((0.8, "d2", "Long"), (Math.Round(outputs.Chunks[0].Score, 3), outputs.Chunks[0].DocumentId, outputs.Chunks[0].Title));
        Assert.Equal(0.8, outputs.Chunks[0].Scores!["rerank"], 3);
        Assert.Equal([1, 2], outputs.Ranking.Select(r => r.Index));
        Assert.Equal(outputs.Best, outputs.Ranking[0].Score);
        CallTrace call = Assert.Single(step.Calls);
        Assert.Equal("local", call.Model);
        Assert.True(call.TotalMs >= 0 && call.LoadMs == 0 && call.InputTokens > 0 && call.Cost == call.InputTokens / 1_000_000m);
        Assert.Equal(step.Usage, step.FakeBudget.Settled);
    }

    [Fact]
    public async Task Plain_texts_are_ranked_too_and_of_nothing_comes_nothing()
    {
        RerankNode node = new(Models(ModelCapabilities.Rerank, new LongestFirst()));
        RerankNode.Outputs outputs = (await node.RunAsync(new("local", "q", new[] { "a", "abcdefghij" }, LeastScore: 0.5), new FakeStep())).Outputs!;
        Assert.Equal(("2", "abcdefghij"), (outputs.Chunks.Single().Id, outputs.Chunks.Single().Text));
        Assert.Equal(0, (await node.RunAsync(new("local", "q", Array.Empty<Chunk>()), new FakeStep())).Outputs!.Count);
        Assert.Equal("rerank.noQuery", (await Assert.ThrowsAsync<StepException>(async () => await node.RunAsync(new("local", " ", new[] { "a" }), new FakeStep()))).Code);
    }

    [Fact]
    public async Task Labels_of_spans_are_counted_once_and_what_is_unlikely_is_left_out()
    {
        ClassifierNode node = new(Models(ModelCapabilities.FindSpans, new Names()));
        ClassifierNode.Outputs outputs = (await node.RunAsync(new("local", "Ada 555 Bob", LeastScore: 0.5), new FakeStep())).Outputs!;
        Assert.Equal(["Ada", "Bob"], outputs.Spans.Select(s => s.Text));
        Assert.Equal([new LabelScore("NAME", 0.9f)], outputs.Labels);
        Assert.Equal("NAME", outputs.Label);
    }

    [Theory]
    [InlineData(ModelCapabilities.ClassifyText, "classify.noText")]
    [InlineData(ModelCapabilities.FindSpans, "classify.noText")]
    [InlineData(ModelCapabilities.ClassifyFile, "classify.noFile")]
    public async Task A_classifier_says_what_it_misses(ModelCapabilities can, string code) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<StepException>(async () => await new ClassifierNode(Models(can, new Names())).RunAsync(new("local"), new FakeStep()))).Code);

    [Fact]
    public async Task Nodes_say_what_cannot_be_used()
    {
        ScriptedModels models = Models(ModelCapabilities.ClassifyText, new Broken());
        Assert.Equal("model.unbound", await CodeAsync(new EmbedNode(models).RunAsync(new("", "text"), new FakeStep())));
        Assert.Equal("model.unknown", await CodeAsync(new EmbedNode(models).RunAsync(new("nobody", "text"), new FakeStep())));
        Assert.Equal("embed.noText", await CodeAsync(new EmbedNode(models).RunAsync(new("local", new[] { " " }), new FakeStep())));
        Assert.Equal("model.refused", await CodeAsync(new EmbedNode(models).RunAsync(new("local", "text"), new FakeStep())));
        Assert.Equal("ocr.noImage", await CodeAsync(new OcrNode(models).RunAsync(new("local", "no file"), new FakeStep())));
        FakeStep step = new();
        FileRef note = await step.SaveFileAsync("note.txt", new MemoryStream("hello"u8.ToArray()));
        Assert.Equal("ocr.noImage", await CodeAsync(new OcrNode(models).RunAsync(new("local", note), step)));
        Assert.Equal("model.badFolder", await CodeAsync(new ClassifierNode(models).RunAsync(new("local", "text"), step)));
        Assert.Equal("config.json is missing.", Assert.Single(step.Calls).Error);

        static async Task<string> CodeAsync<T>(ValueTask<StepResult<T>> run) => (await Assert.ThrowsAsync<StepException>(async () => await run)).Code;
    }

    private sealed class Failing(string code) : IReranker
    {
        public Task<IReadOnlyList<float>> ScoreAsync(string query, IReadOnlyList<string> passages, CancellationToken cancellation) => throw new ModelException(code, "No luck.");
    }

    [Fact]
    public async Task A_fallback_answers_once_at_its_price_and_the_trace_names_both()
    {
        ScriptedModels models = new() { Fallback = "spare" };
        models.Others["local"] = (ModelCapabilities.Rerank, new Failing(ModelErrorCodes.Unavailable));
        models.Others["spare"] = (ModelCapabilities.Rerank, new LongestFirst());
        FakeStep step = new();
        RerankNode.Outputs outputs = (await new RerankNode(models).RunAsync(new("local", "q", new[] { "a", "abc" }), step)).Outputs!;
        Assert.Equal(["abc", "a"], outputs.Chunks.Select(c => c.Text));
        CallTrace call = Assert.Single(step.Calls);
        Assert.Equal(("spare", "local", "No luck.", null), (call.Model, call.InsteadOf, call.Because, call.Error));
        Assert.Equal("local failed; spare answers instead.", Assert.Single(step.Progress));
        Assert.Equal(1, step.Usage.ModelCalls);
    }

    [Theory]
    [InlineData(ModelErrorCodes.Refused, "local", null)]
    [InlineData(ModelErrorCodes.Timeout, "spare", "local")]
    public async Task A_refusal_is_not_passed_on_and_a_fallback_that_fails_is_the_end(string code, string failed, string? insteadOf)
    {
        ScriptedModels models = new() { Fallback = "spare" };
        models.Others["local"] = (ModelCapabilities.Rerank, new Failing(code));
        models.Others["spare"] = (ModelCapabilities.Rerank, new Failing(code));
        FakeStep step = new();
        StepException error = await Assert.ThrowsAsync<StepException>(async () => await new RerankNode(models).RunAsync(new("local", "q", new[] { "a" }), step));
        Assert.Equal(code, error.Code);
        CallTrace call = Assert.Single(step.Calls);
        Assert.Equal((failed, insteadOf, "No luck."), (call.Model, call.InsteadOf, call.Error));
    }
}
