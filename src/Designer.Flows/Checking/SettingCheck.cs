using System.Text.Json;

namespace Designer.Flows;

/// <summary>A node's settings against its descriptor: what is required, types, ranges, slots, templates and conditions.</summary>
internal sealed class SettingCheck(SlotCheck slots, ReferenceCheck references, Findings findings)
{
    public void Check(Place place)
    {
        if (place.Type is not { } type) return;
        HashSet<string> also = [.. type.IsAttachable ? (string[])["parameters"] : []];
        CheckMembers(place, type.Settings, place.Node.Settings, "settings", also);
    }

    private void CheckMembers(Place place, IReadOnlyList<SettingDescriptor> settings, JsonElement json, string path, HashSet<string> also)
    {
        foreach (SettingDescriptor setting in settings)
        {
            JsonElement value = SettingReader.Raw(json, setting.Name);
            if (IsNothing(value)) CheckMissing(place, setting, $"{path}.{setting.Name}");
            else CheckValue(place, setting, value, $"{path}.{setting.Name}");
        }
        if (json.ValueKind != JsonValueKind.Object) return;
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (!also.Contains(member.Name) && settings.All(s => s.Name != member.Name))
                findings.Warn("setting.unknown", $"{place.Name} has the setting \"{member.Name}\", which its type does not know.", place.Node, $"{path}.{member.Name}", $"Remove it.");
        }
    }

    private void CheckMissing(Place place, SettingDescriptor setting, string path)
    {
        if (setting.Required && setting.Default is null) findings.Error("setting.required", $"{place.Name} needs \"{Sentence.Word(setting.Label)}\".", place.Node, path, $"Fill it in.");
    }

    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private void CheckValue(Place place, SettingDescriptor setting, JsonElement value, string path)
    {
        if (setting.SlotKind is not null) CheckSlots(place, setting, value, path);
        else if (IsCondition(setting)) CheckCondition(place, setting, value, path);
        else if (value.ValueKind == JsonValueKind.String && IsTemplate(setting, value.GetString()!)) CheckTemplate(place, setting, value.GetString()!, path);
        else CheckConstant(place, setting, value, path);
    }

    private void CheckSlots(Place place, SettingDescriptor setting, JsonElement value, string path)
    {
        if (setting.Kind != SettingKind.List || value.ValueKind != JsonValueKind.Array)
        {
            slots.Check(place, setting, value, path);
            return;
        }
        int index = 0;
        foreach (JsonElement entry in value.EnumerateArray()) slots.Check(place, setting, entry, $"{path}[{index++}]");
    }

    /// <summary>Rows, or code that is evaluated later: an expression.</summary>
    private static bool IsCondition(SettingDescriptor setting) => setting.Widget == Widget.Conditions || setting is { IsDeferred: true, Widget: Widget.Code };

    /// <summary>Text is a template where the setting says so; everything else takes a template in place of its value.</summary>
    private static bool IsTemplate(SettingDescriptor setting, string text) =>
        (setting.IsTemplate || setting.Kind != SettingKind.String || setting.Options is not null)
        && (text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal));

    private void CheckTemplate(Place place, SettingDescriptor setting, string text, string path)
    {
        if (Parse(place, text, path) is not { } template) return;
        FlowType? type = null;
        foreach (ReferencePath reference in template.References) type = references.Check(place, reference, path, setting.IsDeferred, setting.AllowsMissing);
        if (template.Single is null || type is null || Accepts(setting, type)) return;
        findings.Error("type.mismatch", $"\"{Sentence.Word(setting.Label)}\" of {place.Name} needs {Noun(setting)}, but {{{{ {template.Single.Text} }}}} is of the type {type}.", place.Node, path, $"Take another value.", spot: new ProblemSpot(template.Single.Text));
    }

    private Template? Parse(Place place, string text, string path)
    {
        try
        {
            return Template.Parse(text);
        }
        catch (TemplateException e)
        {
            findings.Error("template.syntax", e.Said, place.Node, path, spot: ProblemSpot.Of(e));
            return null;
        }
    }

    private void CheckCondition(Place place, SettingDescriptor setting, JsonElement value, string path)
    {
        try
        {
            foreach (ReferencePath reference in Condition.Parse(value).References) references.Check(place, reference, path, setting.IsDeferred, allowsMissing: true);
        }
        catch (TemplateException e)
        {
            findings.Error("condition.syntax", e.Said, place.Node, path);
        }
    }

    private static bool Accepts(SettingDescriptor setting, FlowType type)
    {
        bool isPlain = type.Name is "string" or "number" or "integer" or "boolean";
        return type.Name == "any" || setting.Kind switch
        {
            SettingKind.Number or SettingKind.Integer or SettingKind.Boolean => isPlain,
            SettingKind.List => type.Name == "array",
            SettingKind.Record => !isPlain && type.Name != "array",
            SettingKind.String => setting.Options is null || isPlain,
            _ => true,
        };
    }

    private void CheckConstant(Place place, SettingDescriptor setting, JsonElement value, string path)
    {
        switch (setting.Kind)
        {
            case SettingKind.String when value.ValueKind == JsonValueKind.String:
                CheckText(place, setting, value.GetString()!, path);
                return;
            case SettingKind.Number or SettingKind.Integer when FlowValue.TryGetNumber(value, out double number) && (setting.Kind == SettingKind.Number || number % 1 == 0):
                CheckRange(place, setting, number, path);
                return;
            case SettingKind.Boolean when value.ValueKind is JsonValueKind.True or JsonValueKind.False || value.ValueKind == JsonValueKind.String && bool.TryParse(value.GetString(), out _):
                return;
            case SettingKind.List when value.ValueKind == JsonValueKind.Array:
                CheckItems(place, setting, value, path);
                return;
            case SettingKind.Record when value.ValueKind == JsonValueKind.Object:
                CheckRecord(place, setting, value, path);
                return;
            case SettingKind.Json:
                CheckLeaves(place, setting, value, path);
                return;
        }
        findings.Error("setting.type", $"\"{Sentence.Word(setting.Label)}\" of {place.Name} must be {Noun(setting)}.", place.Node, path);
    }

    private void CheckText(Place place, SettingDescriptor setting, string text, string path)
    {
        if (SlotCheck.IsSlot(text)) slots.CheckExists(place, text, path, null);
        else if (setting.Options is { Count: > 0 } options && !options.Contains(text))
            findings.Error("setting.type", $"\"{Sentence.Word(setting.Label)}\" of {place.Name} must be {Sentence.AnyOf(options)}.", place.Node, path);
    }

    private void CheckRange(Place place, SettingDescriptor setting, double number, string path)
    {
        if (!(number < setting.Min) && !(number > setting.Max)) return;
        Sentence range = (setting.Min, setting.Max) switch
        {
            ({ } min, { } max) => $"between {min} and {max}",
            ({ } min, null) => $"at least {min}",
            _ => $"at most {setting.Max}",
        };
        findings.Error("setting.range", $"\"{Sentence.Word(setting.Label)}\" of {place.Name} must be {range}.", place.Node, path);
    }

    private void CheckItems(Place place, SettingDescriptor list, JsonElement value, string path)
    {
        SettingDescriptor item = list with { Kind = list.Fields is null ? list.IsTemplate ? SettingKind.Json : SettingKind.String : SettingKind.Record, Required = false };
        int index = 0;
        foreach (JsonElement entry in value.EnumerateArray())
        {
            string at = $"{path}[{index++}]";
            if (list.Fields is not null) CheckValue(place, item, entry, at);
            else if (list.Options is { Count: > 0 } options) CheckOption(place, list, options, entry, at);
            // Without fields only templates can be wrong: what the entries are, the node says.
            else if (list.IsTemplate) CheckLeaves(place, item, entry, at);
        }
    }

    private void CheckOption(Place place, SettingDescriptor list, IReadOnlyList<string> options, JsonElement entry, string path)
    {
        string? text = entry.ValueKind == JsonValueKind.String ? entry.GetString()! : null;
        if (text is not null && options.Contains(text)) return;
        if (text is not null && IsTemplate(list, text)) CheckTemplate(place, list with { Kind = SettingKind.String }, text, path);
        else findings.Error("setting.type", $"\"{Sentence.Word(list.Label)}\" of {place.Name} takes {Sentence.AllOf(options)}, not {(text is null ? (Sentence)$"this value" : $"{text}")}.", place.Node, path);
    }

    private void CheckRecord(Place place, SettingDescriptor setting, JsonElement value, string path)
    {
        if (setting.Fields is { Count: > 0 } fields) CheckMembers(place, setting.IsDeferred ? [.. fields.Select(f => f with { IsDeferred = true })] : fields, value, path, []);
        else CheckLeaves(place, setting, value, path);
    }

    /// <summary>In JSON every text is a template.</summary>
    private void CheckLeaves(Place place, SettingDescriptor setting, JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                string text = value.GetString()!;
                if (SlotCheck.IsSlot(text)) slots.CheckExists(place, text, path, null);
                else if (IsTemplate(setting with { Kind = SettingKind.Json }, text)) CheckTemplate(place, setting with { Kind = SettingKind.Json }, text, path);
                break;
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement entry in value.EnumerateArray()) CheckLeaves(place, setting, entry, $"{path}[{index++}]");
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject()) CheckLeaves(place, setting, member.Value, $"{path}.{member.Name}");
                break;
        }
    }

    private static Sentence Noun(SettingDescriptor setting) => setting.Kind switch
    {
        SettingKind.String => $"a text",
        SettingKind.Number => $"a number",
        SettingKind.Integer => $"a whole number",
        SettingKind.Boolean => $"true or false",
        SettingKind.List => $"a list",
        _ => $"an object",
    };
}
