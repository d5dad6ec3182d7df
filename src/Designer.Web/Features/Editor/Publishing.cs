using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Endpoint;

namespace Designer.Web.Features.Editor;

/// <summary>Makes a draft a version: checked, with sub-flows pinned to the versions they have now.</summary>
public sealed class Publishing(FlowStore flows, EditorLoader loader, PublishedFlows published, INodeTypes types)
{
    /// <exception cref="FlowProblemsException">The draft has errors.</exception>
    /// <exception cref="KeyNotFoundException">There is no such flow.</exception>
    /// <exception cref="StorageConflictException">The draft moved on meanwhile.</exception>
    public async Task<VersionInfo> PublishAsync(Guid workspaceId, Guid flowId, string author, string? notes = null, CancellationToken cancellation = default)
    {
        FlowDraft draft = await flows.FindAsync(workspaceId, flowId, cancellation) ?? throw new KeyNotFoundException("There is no such flow.");
        FlowDocument document = FlowJson.Read(draft.Document.Span);
        List<Problem> errors = [.. (await loader.CheckAsync(workspaceId, document, draft.Bindings, cancellation)).Where(p => p.Severity == ProblemSeverity.Error)];
        if (draft.Record == RunRecord.Summary && SummaryFit.Problem(document, types) is { } unfit) errors.Add(unfit);
        if (errors.Count > 0) throw new FlowProblemsException(errors);
        IReadOnlyDictionary<string, string> bindings = await PinAsync(workspaceId, draft, document, cancellation);
        return await flows.PublishAsync(workspaceId, flowId, draft.Revision, author, notes, bindings, cancellation) ?? throw new KeyNotFoundException("There is no such flow.");
    }

    private async Task<IReadOnlyDictionary<string, string>> PinAsync(Guid workspaceId, FlowDraft draft, FlowDocument document, CancellationToken cancellation)
    {
        Dictionary<string, string> pinned = new(draft.Bindings);
        foreach ((string slot, _) in document.Slots.Where(s => s.Value.Kind == "flow"))
        {
            FlowVersion version = await published.FindPublishedAsync(workspaceId, pinned[slot], cancellation)
                ?? throw new FlowProblemsException([new Problem("slot.unbound", ProblemSeverity.Error, $"The flow \"{pinned[slot]}\" bound to slot \"{slot}\" is not published.")]);
            pinned[slot] = $"{pinned[slot].Split('@')[0]}@{version.Version}";
        }
        return pinned;
    }
}
