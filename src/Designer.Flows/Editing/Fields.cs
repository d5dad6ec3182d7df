using System.Text.Json;

namespace Designer.Flows;

/// <summary>The members of a node that an operation may set.</summary>
internal static class NodeFields
{
    public static (FlowNode Node, Op Inverse) Set(FlowNode node, SetNode set)
    {
        object? was = set.Field switch
        {
            "name" => node.Name,
            "timeout" => node.Timeout,
            "retry" => node.Retry,
            "onError" => node.OnError,
            "join" => node.Join,
            "disabled" => node.Disabled ? true : null,
            "group" => node.Group,
            "collapsed" => node.Collapsed ? true : null,
            "typeVersion" => node.TypeVersion,
            _ => throw new EditRefused("edit.invalid", $"A node has no field \"{set.Field}\" that can be set."),
        };
        FlowNode changed = set.Field switch
        {
            "name" => node with { Name = Field.Read<string>(set.Value, set.Field) ?? "" },
            "timeout" => node with { Timeout = Field.Read<string>(set.Value, set.Field) },
            "retry" => node with { Retry = Field.Read<RetryPolicy>(set.Value, set.Field) },
            "onError" => node with { OnError = Field.Read<ErrorPolicy>(set.Value, set.Field) },
            "join" => node with { Join = Field.Read<string>(set.Value, set.Field) },
            "disabled" => node with { Disabled = Field.Read<bool?>(set.Value, set.Field) ?? false },
            "group" => node with { Group = Field.Read<string>(set.Value, set.Field) },
            "collapsed" => node with { Collapsed = Field.Read<bool?>(set.Value, set.Field) ?? false },
            _ => node with { TypeVersion = Field.Read<int?>(set.Value, set.Field) ?? throw new EditRefused("edit.invalid", $"A node has a version of its type.") },
        };
        return (changed, set with { Value = FlowValue.ToJson(was) });
    }

    public static (FlowNode Node, Op Inverse) Set(FlowNode node, SetSetting set)
    {
        List<KeyValuePair<string, JsonElement>> settings = node.Settings.ValueKind == JsonValueKind.Object
            ? [.. node.Settings.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value))]
            : [];
        int index = settings.FindIndex(s => s.Key == set.Name);
        bool isFirst = node.Settings.ValueKind != JsonValueKind.Object;
        SetSetting inverse = set with { Value = index < 0 ? FlowJson.Null : settings[index].Value, Index = index >= 0 ? index : isFirst ? SetSetting.NoSettings : null };
        if (IsNull(set.Value))
        {
            if (index >= 0) settings.RemoveAt(index);
        }
        else if (index >= 0) settings[index] = KeyValuePair.Create(set.Name, set.Value);
        else settings.Insert(Math.Clamp(set.Index ?? settings.Count, 0, settings.Count), KeyValuePair.Create(set.Name, set.Value));
        bool vanish = settings.Count == 0 && (set.Index == SetSetting.NoSettings || isFirst);
        return (node with { Settings = vanish ? default : JsonSerializer.SerializeToElement(new OrderedMap<JsonElement>(settings), FlowJson.Options) }, inverse);
    }

    private static bool IsNull(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;
}

/// <summary>The members of a flow that an operation may set.</summary>
internal static class FlowFields
{
    public static (FlowDocument Document, Op Inverse) Set(FlowDocument flow, SetFlow set)
    {
        object? was = set.Field switch
        {
            "name" => flow.Name,
            "description" => flow.Description,
            "mode" => flow.Mode,
            "variables" => flow.Variables,
            "slots" => flow.Slots,
            _ => throw new EditRefused("edit.invalid", $"A flow has no field \"{set.Field}\" that can be set."),
        };
        FlowDocument changed = set.Field switch
        {
            "name" => flow with { Name = Field.Read<string>(set.Value, set.Field) ?? "" },
            "description" => flow with { Description = Field.Read<string>(set.Value, set.Field) },
            "mode" => flow with { Mode = Field.Read<FlowMode?>(set.Value, set.Field) ?? FlowMode.Task },
            "variables" => flow with { Variables = Field.Read<IReadOnlyList<FlowVariable>>(set.Value, set.Field) ?? [] },
            _ => flow with { Slots = Field.Read<IReadOnlyDictionary<string, FlowSlot>>(set.Value, set.Field) ?? OrderedMap<FlowSlot>.Empty },
        };
        return (changed, set with { Value = JsonSerializer.SerializeToElement(was, set.Field == "slots" ? typeof(IReadOnlyDictionary<string, FlowSlot>) : was?.GetType() ?? typeof(string), FlowJson.Options) });
    }
}

internal static class Field
{
    public static T? Read<T>(JsonElement value, string field)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return default;
        try
        {
            return value.Deserialize<T>(FlowJson.Options);
        }
        catch (JsonException e)
        {
            throw new EditRefused("edit.invalid", $"The value for \"{field}\" does not fit: {Sentence.Of(e)}");
        }
    }
}
