using System.Text;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Flows;

/// <summary>A file for the person's machine.</summary>
public sealed record FlowFile(string Name, string Text);

/// <summary>Flows come into the workspace and leave it through here: new ones, copies, templates and files.</summary>
public sealed class FlowExchange(FlowStore flows, TimeProvider time)
{
    /// <summary>Adds a flow made from a document and returns its slug. The document gets an id of its own: no two flows share one.</summary>
    public async Task<string> AddAsync(SignedInMember member, FlowDocument document, string name, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellation = default)
    {
        FlowDocument own = document with { Id = Guid.CreateVersion7(time.GetUtcNow()), Name = name.Trim() };
        FlowDraft flow = await flows.CreateAsync(member.WorkspaceId, new NewFlow(own.Id, own.Name, own.Description, FlowJson.Write(own)) { Bindings = bindings }, member.Author, cancellation);
        return flow.Slug;
    }

    /// <summary>The copy's slug, or null when the workspace has no such flow.</summary>
    public async Task<string?> DuplicateAsync(SignedInMember member, Guid flowId, CancellationToken cancellation = default)
    {
        if (await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is not { } flow) return null;
        return await AddAsync(member, FlowJson.Read(flow.Document.Span), L["{0} (copy)", flow.Name], flow.Bindings, cancellation);
    }

    /// <summary>The draft as a file; it holds neither bindings nor keys.</summary>
    public async Task<FlowFile?> ExportAsync(SignedInMember member, Guid flowId, CancellationToken cancellation = default) =>
        await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is { } flow
            ? new FlowFile($"{flow.Slug}.flow.json", Encoding.UTF8.GetString(flow.Document.Span))
            : null;
}
