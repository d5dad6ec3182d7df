using Designer.Flows;
using Designer.Knowledge;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Models;

namespace Designer.Web.Commands;

/// <summary>What <c>--slot NAME=VALUE</c> binds.</summary>
internal static class SlotValues
{
    /// <summary>The given bindings put over the known ones. A folder or file for a knowledge base becomes one.</summary>
    /// <exception cref="CommandFailure">A slot or a value does not exist; the message says which do.</exception>
    public static async Task<Dictionary<string, string>> BindAsync(Session session, SignedInMember by, FlowDocument document, IReadOnlyDictionary<string, string> known, IEnumerable<string> given)
    {
        Dictionary<string, string> bindings = new(known);
        foreach (string text in given)
        {
            int sign = text.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0 || sign == text.Length - 1) throw new CommandFailure($"\"{text}\" is no slot's value: write --slot NAME=VALUE.", ExitCode.Usage);
            string name = text[..sign];
            if (!document.Slots.TryGetValue(name, out FlowSlot? slot))
                throw new CommandFailure(document.Slots.Count == 0 ? $"The flow has no slots, so none is called \"{name}\"." : $"The flow has no slot \"{name}\". Its slots: {string.Join(", ", document.Slots.Keys)}.");
            bindings[name] = await ValueAsync(session, by, slot.Kind, text[(sign + 1)..]);
        }
        return bindings;
    }

    /// <summary>Binds open model slots to the embedded model, or to a connected one where the embedded one cannot do what is needed.</summary>
    public static async Task DefaultModelsAsync(Session session, SignedInMember by, FlowDocument document, Dictionary<string, string> bindings)
    {
        ModelLists models = await session.GetAsync<ModelLists>();
        foreach ((string name, FlowSlot slot) in document.Slots.Where(s => s.Value.Kind == "model" && IsOpen(bindings, s.Key)))
            bindings[name] = ModelLists.Has(ModelRegistry.Embedded(by.WorkspaceId), slot.Needs) ? ModelProviders.Extractive : await models.PreferredAsync(by.WorkspaceId, slot.Needs, session.Stop);
    }

    /// <summary>Slots without a value.</summary>
    public static IEnumerable<KeyValuePair<string, FlowSlot>> Open(FlowDocument document, IReadOnlyDictionary<string, string> bindings) =>
        document.Slots.Where(slot => IsOpen(bindings, slot.Key));

    /// <summary>How to give an open slot a value.</summary>
    public static string Hint(string name, FlowSlot slot) => $"The slot \"{name}\" is open. Give it a {Noun(slot.Kind)}: --slot {name}={(slot.Kind == "knowledgeBase" ? "NAME-OR-FOLDER" : "NAME")}";

    private static bool IsOpen(IReadOnlyDictionary<string, string> bindings, string slot) => !bindings.TryGetValue(slot, out string? value) || value.Length == 0;

    private static async Task<string> ValueAsync(Session session, SignedInMember by, string kind, string value) => kind switch
    {
        "knowledgeBase" => await KnowledgeAsync(session, by, value),
        "model" when value != ModelProviders.Extractive && await (await session.GetAsync<IModelStore>()).FindAsync(by.WorkspaceId, value, session.Stop) is null =>
            throw new CommandFailure($"There is no model \"{value}\". \"model list\" shows all."),
        "credential" when (await (await session.GetAsync<CredentialStore>()).ListAsync(by.WorkspaceId, session.Stop)).All(c => c.Name != value) =>
            throw new CommandFailure($"There is no credential \"{value}\". \"credential list\" shows all."),
        _ => value,
    };

    private static async Task<string> KnowledgeAsync(Session session, SignedInMember by, string value)
    {
        IKnowledgeStore store = await session.GetAsync<IKnowledgeStore>();
        if (await store.FindAsync(by.WorkspaceId, value, session.Stop) is { } known) return known.Slug;
        if (!Directory.Exists(value) && !File.Exists(value)) throw new CommandFailure($"There is no knowledge base, folder or file \"{value}\".");
        return (await new KnowledgeFiles(await session.GetAsync<KnowledgeIndex>()).MirrorAsync(store, by, value, session.Stop)).Slug;
    }

    private static string Noun(string kind) => kind switch
    {
        "knowledgeBase" => "knowledge base",
        "mcpServer" => "MCP server",
        _ => kind,
    };
}
