using Designer.Models.Kinds;
using Designer.Models.Tests.Onnx.Graphs;

namespace Designer.Models.Tests.Onnx.Classifying;

/// <summary>Kinds for which no public model is at hand, proven on graphs written by the test.</summary>
public sealed class WrittenClassifierTests : IDisposable
{
    private readonly WrittenModels _written = new();

    private static T Create<T>(string model, OpenAi.TestModels models) where T : class => models.Registry.CreateOther<T>(OnnxRegistry.Connection(model));

    [Fact]
    public async Task A_cross_encoder_scores_the_passages_and_not_the_query()
    {
        _written.Reranker("rank", ("refund", 2), ("money", 1), ("weather", -3), ("how", 0));
        using var models = OnnxRegistry.Create(home: _written.Home);
        var reranker = Create<IReranker>("rank", models);
        var scores = await reranker.ScoreAsync("how refund weather", ["Weather!", "refund money", "nothing known", "money"], TestContext.Current.CancellationToken);
        Assert.Equal([Sigmoid(-3), Sigmoid(3), Sigmoid(0), Sigmoid(1)], scores.Select(s => MathF.Round(s, 5)));
        Assert.Empty(await reranker.ScoreAsync("how", [], TestContext.Current.CancellationToken));
        static float Sigmoid(float x) => MathF.Round(1 / (1 + MathF.Exp(-x)), 5);
    }

    [Fact]
    public async Task Persons_and_numbers_are_found_where_they_stand()
    {
        _written.SpanFinder("pii", ["O", "B-NAME", "I-NAME", "B-PHONE", "I-PHONE"], 64, ("ada", "B-NAME"), ("lovelace", "I-NAME"), ("grace", "B-NAME"), ("555", "B-PHONE"), ("0100", "I-PHONE"), ("called", "O"));
        using var models = OnnxRegistry.Create(home: _written.Home);
        var finder = Create<ISpanFinder>("pii", models);
        const string text = "Yesterday Ada  Lovelace called Grace: 555 0100.";
        var found = await finder.FindAsync(text, TestContext.Current.CancellationToken);
        Assert.Equal([("NAME", "Ada  Lovelace"), ("NAME", "Grace"), ("PHONE", "555 0100")], found.Select(f => (f.Label, f.Text)));
        Assert.All(found, f => Assert.Equal(f.Text, text[f.Start..f.End]));
        Assert.All(found, f => Assert.InRange(f.Score, 0.95f, 1));
        Assert.Empty(await finder.FindAsync("", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_text_longer_than_the_model_reads_is_searched_to_its_end()
    {
        _written.SpanFinder("pii", ["O", "B-NAME", "I-NAME"], 64, ("ada", "B-NAME"), ("lovelace", "I-NAME"), ("word", "O"));
        using var models = OnnxRegistry.Create(home: _written.Home);
        var text = string.Join(' ', Enumerable.Range(0, 400).Select(i => i % 50 == 49 ? "Ada Lovelace" : "word"));
        var found = await Create<ISpanFinder>("pii", models).FindAsync(text, TestContext.Current.CancellationToken);
        Assert.Equal(8, found.Count);
        Assert.All(found, f => Assert.Equal("Ada Lovelace", f.Text));
        Assert.Equal(text.LastIndexOf("Ada", StringComparison.Ordinal), found[^1].Start);
    }

    [Fact]
    public async Task Texts_are_labelled_each_for_itself_however_long_the_others_are()
    {
        _written.Classifier("mood", ["sad", "glad"], ("good", "glad"), ("bad", "sad"), ("day", "glad"));
        using var models = OnnxRegistry.Create(home: _written.Home);
        var labels = await Create<ITextClassifier>("mood", models).ClassifyAsync(["good day", "bad", "x y z bad good good good", ""], TestContext.Current.CancellationToken);
        Assert.Equal(["glad", "sad", "glad"], labels.Take(3).Select(l => l[0].Label));
        Assert.All(labels, l => Assert.Equal(1, l.Sum(x => x.Score), 3));
        Assert.Equal(0.5f, labels[3][0].Score, 3);
    }

    [Fact]
    public void A_model_of_another_kind_is_refused_in_words()
    {
        _written.Classifier("mood", ["sad", "glad"], ("good", "glad"));
        using var models = OnnxRegistry.Create(home: _written.Home);
        var refused = Assert.Throws<ModelException>(() => Create<IReranker>("mood", models));
        Assert.Equal(ModelErrorCodes.Refused, refused.Code);
        Assert.Contains("ClassifyText", refused.Message);
    }

    public void Dispose() => _written.Dispose();
}
