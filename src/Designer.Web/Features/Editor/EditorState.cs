using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Knowledge;
using Designer.Models.Connections;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Editor;

/// <summary>What the canvas loads, as contract.ts names it.</summary>
public sealed record EditorState(
    JsonElement Document, long Revision, IEnumerable<NodeDescriptor> NodeTypes, IReadOnlyList<Problem> Problems, IReadOnlyDictionary<string, string> Bindings,
    IReadOnlyDictionary<string, IReadOnlyList<SlotOption>> Options, Guid? LastRunId, bool CanEdit, bool CanRun);

/// <summary>Something a slot can be bound to.</summary>
public sealed record SlotOption(string Value, string Label, string? Note = null);

/// <summary>Reads a draft with everything the editor shows beside it.</summary>
public sealed class EditorLoader(FlowStore flows, INodeTypes catalog, IModelStore models, IKnowledgeStore knowledge, CredentialStore credentials, IRunLog runs)
{
    /// <summary>Null when the workspace has no such flow.</summary>
    public async Task<EditorState?> LoadAsync(SignedInMember member, Guid flowId, CancellationToken cancellation)
    {
        if (await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is not { } draft) return null;
        FlowDocument document = FlowJson.Read(draft.Document.Span);
        IReadOnlyDictionary<string, IReadOnlyList<SlotOption>> options = await OptionsAsync(member.WorkspaceId, flowId, cancellation);
        IReadOnlyList<RunRow> last = await runs.ListAsync(new RunQuery(member.WorkspaceId) { FlowId = flowId, Take = 1 }, cancellation);
        return new EditorState(
            JsonElement.Parse(draft.Document.Span), draft.Revision, catalog.All, Check(document, draft.Bindings), draft.Bindings, options,
            last.Count > 0 ? last[0].Id : null, member.May(Permissions.Flows), member.May(Permissions.Run));
    }

    public IReadOnlyList<Problem> Check(FlowDocument document, IReadOnlyDictionary<string, string> bindings) =>
        FlowChecker.Check(document, catalog, new CheckContext(bindings.ToDictionary(b => b.Key, b => (string?)b.Value)));

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<SlotOption>>> OptionsAsync(Guid workspaceId, Guid flowId, CancellationToken cancellation)
    {
        SlotOption embedded = new(ModelProviders.Extractive, "Extractive", "embedded, only quotes");
        List<SlotOption> chat = [embedded, .. (await models.ListAsync(workspaceId, cancellation)).Where(m => m.Enabled).Select(m => new SlotOption(m.Name, m.Name, m.Model))];
        return new Dictionary<string, IReadOnlyList<SlotOption>>
        {
            ["model"] = chat,
            ["knowledgeBase"] = [.. (await knowledge.ListAsync(workspaceId, cancellation)).Select(k => new SlotOption(k.Slug, k.Name))],
            ["credential"] = [.. (await credentials.ListAsync(workspaceId, cancellation)).Select(c => new SlotOption(c.Name, c.Name, c.Description))],
            ["flow"] = [.. (await flows.ListAsync(workspaceId, take: 500, cancellation: cancellation)).Flows
                .Where(f => f.LatestVersion is not null && f.Id != flowId).Select(f => new SlotOption(f.Slug, f.Name, $"v{f.LatestVersion}"))],
        };
    }
}
