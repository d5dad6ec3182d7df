using Designer.Flows;
using Designer.Knowledge;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Storage;

namespace Designer.Web.Features.Editor;

/// <summary>Something a slot can be bound to.</summary>
/// <param name="Can">Of a model: what it can do, in the words of needs.</param>
public sealed record SlotOption(string Value, string Label, string? Note = null, IReadOnlyList<string>? Can = null);

/// <summary>What a workspace has for slots to be bound to, for people to choose from and for the checker to compare with.</summary>
public sealed class SlotChoices(FlowStore flows, IModelStore models, IKnowledgeStore knowledge, CredentialStore credentials)
{
    /// <summary>By kind of slot.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<SlotOption>>> OptionsAsync(Guid workspaceId, Guid flowId, CancellationToken cancellation)
    {
        SlotOption embedded = new(ModelProviders.Extractive, "Extractive", L["embedded, only quotes"], ModelNeeds.MetBy(ModelRegistry.Embedded(workspaceId).Capabilities));
        List<SlotOption> all = [embedded, .. (await models.ListAsync(workspaceId, cancellation)).Where(m => m.Enabled).Select(m => new SlotOption(m.Name, m.Name, m.Provider == ModelProviders.Onnx ? Path.GetFileName(m.Model) : m.Model, ModelNeeds.MetBy(m.Capabilities)))];
        return new Dictionary<string, IReadOnlyList<SlotOption>>
        {
            ["model"] = all,
            ["knowledgeBase"] = [.. (await knowledge.ListAsync(workspaceId, cancellation)).Select(k => new SlotOption(k.Slug, k.Name))],
            ["credential"] = [.. (await credentials.ListAsync(workspaceId, cancellation)).Select(c => new SlotOption(c.Name, c.Name, c.Description))],
            ["flow"] = [.. (await flows.ListAsync(workspaceId, take: 500, cancellation: cancellation)).Flows
                .Where(f => f.LatestVersion is not null && f.Id != flowId).Select(f => new SlotOption(f.Slug, f.Name, $"v{f.LatestVersion}"))],
        };
    }

    /// <summary>For the checker: these bindings, and what of each kind exists. Sub-flows are looked up when they are pinned.</summary>
    public async Task<CheckContext> ContextAsync(Guid workspaceId, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellation)
    {
        IReadOnlyList<ModelConnection> connected = await models.ListAsync(workspaceId, cancellation);
        return new CheckContext(bindings.ToDictionary(b => b.Key, b => (string?)b.Value), new Dictionary<string, IReadOnlyCollection<string>>
        {
            ["model"] = [ModelProviders.Extractive, .. connected.Select(m => m.Name)],
            ["knowledgeBase"] = [.. (await knowledge.ListAsync(workspaceId, cancellation)).SelectMany(k => (string[])[k.Slug, k.Name])],
            ["credential"] = [.. (await credentials.ListAsync(workspaceId, cancellation)).SelectMany(c => (string[])[c.Name, c.Id.ToString()])],
        }, SwitchedOff: [.. connected.Where(m => !m.Enabled).Select(m => m.Name)],
        Abilities: connected.Append(ModelRegistry.Embedded(workspaceId)).ToDictionary(m => m.Name, m => (IReadOnlyCollection<string>)ModelNeeds.MetBy(m.Capabilities)));
    }
}
