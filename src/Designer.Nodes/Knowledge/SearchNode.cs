using Designer.Engine;
using Designer.Flows;
using Designer.Knowledge;

namespace Designer.Nodes.Knowledge;

[Node("knowledge.search", NodeGroup.Knowledge, Name = "Search knowledge", Icon = "book-open-text", Summary = "{query}", Attachable = true,
    Example = "Find six passages of the staff handbook about leave.",
    Description = "Finds the passages of a knowledge base that answer a question best. Hand them to a model with {{ search.chunks | context }}, so that it can cite them.")]
public sealed class SearchNode(KnowledgeIndex index, IKnowledgeStore store) : Node<SearchNode.Settings, SearchNode.Outputs>
{
    /// <summary>How passages are found. By words (BM25), in English and Chinese.</summary>
    public enum SearchMode { Text }

    public sealed record Settings(
        [property: Setting("Knowledge base", Slot = "knowledgeBase", Required = true)] string KnowledgeBase,
        [property: Setting("Query", Template = true, Required = true, Help = "A question or words; {{ args.query }} below an agent.")] string Query,
        [property: Setting("Most passages", Min = 1, Max = 100)] int TopK = 6,
        [property: Setting("Find by")] SearchMode Mode = SearchMode.Text,
        [property: Setting("Description for agents", Help = "Tells a model what can be found here.")] string? ToolDescription = null,
        [property: Setting("Parameters for agents", Help = "What a model fills in.")] IReadOnlyList<ToolParameter>? Parameters = null);

    /// <param name="Best">The first passage's score, or 0; it compares passages of one search only.</param>
    public sealed record Outputs(
        [property: Output("Passages")] IReadOnlyList<Chunk> Chunks,
        [property: Output("Count")] int Count,
        [property: Output("Best score")] double Best);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        if (string.IsNullOrWhiteSpace(settings.KnowledgeBase)) throw new StepException("knowledge.unbound", $"No knowledge base is chosen for this node. Bind its slot to one.");
        try
        {
            KnowledgeBase knowledgeBase = await store.FindAsync(step.WorkspaceId, settings.KnowledgeBase, step.Cancellation).ConfigureAwait(false)
                ?? throw new StepException("knowledge.unknown", $"There is no knowledge base “{settings.KnowledgeBase}” in this workspace.");
            IReadOnlyList<Chunk> chunks = string.IsNullOrWhiteSpace(settings.Query)
                ? []
                : await index.SearchAsync(knowledgeBase, settings.Query, settings.TopK, step.Cancellation).ConfigureAwait(false);
            return StepResult.Done(new Outputs(chunks, chunks.Count, chunks.Count > 0 ? chunks[0].Score : 0));
        }
        catch (KnowledgeException error)
        {
            throw new StepException(error.Code, $"{error.Message}", isTransient: error.Code == KnowledgeException.Busy, inner: error);
        }
    }
}
