using System.Text.Json;

namespace Designer.Flows;

/// <summary>Slots, and the settings that hold one.</summary>
internal sealed class SlotCheck
{
    public const string Prefix = "@slot:";
    private static readonly string[] Kinds = ["model", "knowledgeBase", "credential", "mcpServer", "flow"];

    private readonly FlowDocument _document;
    private readonly CheckContext _context;
    private readonly Findings _findings;

    public SlotCheck(FlowDocument document, CheckContext context, Findings findings)
    {
        (_document, _context, _findings) = (document, context, findings);
        foreach ((string name, FlowSlot slot) in document.Slots)
        {
            if (!Kinds.Contains(slot.Kind)) findings.Error("slot.kind", $"The slot \"{name}\" is of the kind \"{slot.Kind}\", which does not exist.", path: $"slots.{name}.kind", fix: $"Use one of {string.Join(", ", Kinds)}.");
            else CheckBinding(name, slot);
        }
    }

    public static bool IsSlot(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Checks a setting that holds a slot, or the name of what a slot would be bound to.</summary>
    public void Check(Place place, SettingDescriptor setting, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            _findings.Error("setting.type", $"\"{Sentence.Word(setting.Label)}\" must be a {Noun(setting.SlotKind!)}.", place.Node, path);
            return;
        }
        string text = value.GetString()!;
        if (!IsSlot(text))
        {
            // A document travels, so what is secret is named only by what binds it.
            if (setting.SlotKind == "credential") _findings.Error("setting.type", $"\"{Sentence.Word(setting.Label)}\" must be a slot: credentials never stand in a flow.", place.Node, path, $"Choose a credential slot.");
            return;
        }
        CheckExists(place, text, path, setting.SlotKind);
        CheckAbilities(place, setting, text[Prefix.Length..], path);
    }

    // A model that nobody knows is another problem, told elsewhere.
    private void CheckAbilities(Place place, SettingDescriptor setting, string slot, string path)
    {
        if (setting.Needs is not { } needs || _context.Bindings?.GetValueOrDefault(slot) is not { } bound || _context.Abilities?.GetValueOrDefault(bound) is not { } can) return;
        if (needs.FirstOrDefault(need => !can.Contains(need, StringComparer.OrdinalIgnoreCase)) is { } missing)
            _findings.Error("slot.needs", $"{place.Name} needs a model that {Ability(missing)}, and the slot \"{slot}\" is bound to \"{bound}\", which does not.", place.Node, path, $"Choose another model.");
    }

    /// <summary>Checks that a mentioned slot exists, and is of the kind that is needed.</summary>
    public void CheckExists(Place place, string text, string path, string? kind)
    {
        string name = text[Prefix.Length..];
        if (!_document.Slots.TryGetValue(name, out FlowSlot? slot))
            _findings.Error("slot.unknown", $"{place.Name} uses the slot \"{name}\", which the flow does not have.", place.Node, path, $"Choose another, or add the slot.");
        else if (kind is not null && slot.Kind != kind)
            _findings.Error("slot.kind", $"{place.Name} needs a {Noun(kind)}, but the slot \"{name}\" is for a {Noun(slot.Kind)}.", place.Node, path, $"Choose another slot.");
    }

    private void CheckBinding(string name, FlowSlot slot)
    {
        if (_context.Bindings is null) return;
        if (_context.Bindings.GetValueOrDefault(name) is not { Length: > 0 } bound)
            _findings.Error("slot.unbound", $"No {Noun(slot.Kind)} is chosen for the slot \"{name}\".", path: $"slots.{name}", fix: $"Choose one in the flow's settings.");
        else if (_context.KnownBindings?.GetValueOrDefault(slot.Kind) is { } known && !known.Contains(bound))
            _findings.Error("slot.unbound", $"The slot \"{name}\" is bound to the {Noun(slot.Kind)} \"{bound}\", which does not exist here.", path: $"slots.{name}", fix: $"Choose another in the flow's settings.");
        else if (slot.Kind == "model" && _context.SwitchedOff?.Contains(bound) == true)
            _findings.Error("slot.off", $"The slot \"{name}\" is bound to the model \"{bound}\", which is switched off.", path: $"slots.{name}", fix: $"Switch it on on the Models page, or choose another.");
    }

    private static Sentence Ability(string need) => need.ToLowerInvariant() switch
    {
        "chat" => $"chats",
        "embedding" => $"turns texts into vectors",
        "rerank" => $"ranks passages",
        "classify" => $"labels texts or files",
        "readimage" => $"reads the text in pictures",
        "makeimage" => $"makes pictures",
        "tools" => $"calls tools",
        "vision" => $"sees images",
        _ => $"can do {need}",
    };

    private static Sentence Noun(string kind) => kind switch
    {
        "knowledgeBase" => $"knowledge base",
        "mcpServer" => $"MCP server",
        "model" => $"model",
        "credential" => $"credential",
        "flow" => $"flow",
        _ => $"{kind}",
    };
}
