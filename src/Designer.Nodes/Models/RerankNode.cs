using System.Globalization;
using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Kinds;

namespace Designer.Nodes.Models;

[Node("models.rerank", NodeGroup.Models, Name = "Reranker", Icon = "list-ordered", Summary = "{query}", Effect = true,
    Example = "Of twenty passages that a search found, keep the three that answer best.",
    Description = "Reads a question together with each passage and puts the passages that answer it best first. Slower than a search and better: let it order what a search found.")]
public sealed class RerankNode(IModels models) : Node<RerankNode.Settings, RerankNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Model", Slot = "model", Needs = [ModelNeeds.Rerank], Required = true)] string Model,
        [property: Setting("Query", Template = true, Required = true)] string Query,
        [property: Setting("Passages", Widget = Widget.Reference, Required = true, Help = "A list of texts or passages, e.g. {{ search.chunks }}.")] object? Passages,
        [property: Setting("Most passages", Min = 1, Max = 1000)] int TopK = 5,
        [property: Setting("Least score", Min = 0, Max = 1, Widget = Widget.Slider, Help = "Passages below it are left out.")] double LeastScore = 0);

    /// <param name="Index">Its place in what came in, from 0.</param>
    public sealed record Ranked(int Index, double Score, string Text);

    /// <param name="Chunks">Best first, ready for a model with <c>| context</c>.</param>
    /// <param name="Best">The first passage's score, or 0.</param>
    public sealed record Outputs(
        [property: Output("Passages")] IReadOnlyList<Chunk> Chunks,
        [property: Output("Ranking", Type = "array<object>")] IReadOnlyList<Ranked> Ranking,
        [property: Output("Count")] int Count,
        [property: Output("Best score")] double Best);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        if (string.IsNullOrWhiteSpace(settings.Query)) throw new StepException("rerank.noQuery", $"There is no question to compare the passages with.");
        ModelConnection model = await KindCall.FindAsync(models, settings.Model, step).ConfigureAwait(false);
        // A search that found nothing leaves nothing to order.
        if (FlowValue.IsEmpty(settings.Passages)) return StepResult.Done(new Outputs([], [], 0, 0));
        IReadOnlyList<string> texts = KindCall.Texts(settings.Passages, "rerank.noText");
        IReadOnlyList<object?> passages = FlowValue.IsList(settings.Passages) ? FlowValue.Items(settings.Passages) : [settings.Passages];
        long atMost = texts.Sum(TokenEstimate.AtMost) + texts.Count * TokenEstimate.AtMost(settings.Query);
        IReadOnlyList<float> scores = await KindCall.RunAsync<IReranker, IReadOnlyList<float>>(
            models, model, atMost, step, reranker => reranker.ScoreAsync(settings.Query, texts, step.Cancellation)).ConfigureAwait(false);
        // Equal scores keep the order they came in.
        Ranked[] ranking = [.. texts.Select((text, i) => new Ranked(i, scores[i], text)).Where(r => r.Score >= settings.LeastScore).OrderByDescending(r => r.Score).Take(settings.TopK)];
        return StepResult.Done(new Outputs([.. ranking.Select(r => AsChunk(passages[r.Index], r))], ranking, ranking.Length, ranking.Length > 0 ? ranking[0].Score : 0));
    }

    private static Chunk AsChunk(object? passage, Ranked ranked)
    {
        if (!FlowValue.IsObject(passage) || !FlowValue.TryGetMember(passage, "documentId", out _) || FlowValue.ToType<Chunk>(passage) is not { } chunk)
            return new Chunk((ranked.Index + 1).ToString(CultureInfo.InvariantCulture), "", "", ranked.Text, ranked.Score);
        return chunk with { Score = ranked.Score, Scores = new Dictionary<string, double>(chunk.Scores ?? new Dictionary<string, double>()) { ["rerank"] = ranked.Score } };
    }
}
