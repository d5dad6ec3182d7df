using Designer.Flows;
using Designer.Knowledge;
using Designer.Models.Connections;
using Designer.Web.Features.Access;
using Designer.Web.Features.Flows;
using Designer.Web.Features.Knowledge;
using Designer.Web.Features.Models;

namespace Designer.Web.Features.Templates;

/// <summary>Makes a flow from a template: its slots bound as chosen, its sample documents put into a knowledge base where that was chosen.</summary>
public sealed class FlowFromTemplate(ShippedTemplates shipped, FlowExchange exchange, KnowledgeBases knowledge, ModelLists models)
{
    /// <summary>Stands in a binding for "a new knowledge base with the template's sample documents".</summary>
    public const string Sample = "@sample";

    /// <returns>The new flow's slug.</returns>
    public async Task<string> CreateAsync(SignedInMember member, GalleryItem template, string name, IReadOnlyDictionary<string, string> choices, CancellationToken cancellation = default)
    {
        var bindings = new Dictionary<string, string>();
        foreach ((string slot, string value) in choices)
        {
            if (value.Length == 0 || !template.Document.Slots.ContainsKey(slot)) continue;
            bindings[slot] = value != Sample ? value
                : template.Samples.TryGetValue(slot, out string? folder) ? (await FillAsync(member, slot, folder, cancellation)).Slug
                : "";
        }
        return await exchange.AddAsync(member, template.Document with { Description = template.Description }, name, bindings, cancellation);
    }

    /// <summary>What a fresh workspace begins with, so that a newcomer can ask within a minute: the handbook and the flow that answers from it.</summary>
    public async Task WelcomeAsync(SignedInMember owner, CancellationToken cancellation = default)
    {
        if (shipped.Find(ShippedTemplates.Handbook) is not { } template) return;
        var choices = new Dictionary<string, string>();
        foreach ((string slot, FlowSlot need) in template.Document.Slots)
        {
            if (need.Kind == "model") choices[slot] = await models.PreferredAsync(owner.WorkspaceId, need.Needs, cancellation);
            else if (template.Samples.ContainsKey(slot)) choices[slot] = Sample;
        }
        await CreateAsync(owner, template, template.Name, choices, cancellation);
    }

    // The second flow made from the same template shares the documents of the first.
    private async Task<KnowledgeBase> FillAsync(SignedInMember member, string name, string folder, CancellationToken cancellation)
    {
        KnowledgeBase target = await knowledge.FindAsync(member.WorkspaceId, name, cancellation) ?? await knowledge.CreateAsync(member, name, cancellation);
        await knowledge.AddFolderAsync(target, folder, cancellation);
        return target;
    }
}
