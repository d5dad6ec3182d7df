using System.Text.Json;

namespace Designer.Flows;

/// <summary>From the records to JSON, in the order of the format. Members that have their default are left out.</summary>
internal static class DocumentWriter
{
    public static void Write(Utf8JsonWriter writer, FlowDocument document)
    {
        writer.WriteStartObject();
        writer.WriteString("schema", document.Schema);
        if (document.Id != Guid.Empty) writer.WriteString("id", document.Id);
        writer.WriteString("name", document.Name);
        Text(writer, "description", document.Description);
        writer.WriteString("mode", document.Mode == FlowMode.Chat ? "chat" : "task");
        if (document.Variables.Count > 0) List(writer, "variables", document.Variables, Write);
        List(writer, "nodes", document.Nodes, Write);
        List(writer, "edges", document.Edges, Write);
        if (document.Slots.Count > 0)
        {
            writer.WritePropertyName("slots");
            Write(writer, document.Slots);
        }
        if (document.Notes.Count > 0) List(writer, "notes", document.Notes, Write);
        if (document.Groups.Count > 0) List(writer, "groups", document.Groups, Write);
        End(writer, document.Extra);
    }

    public static void Write(Utf8JsonWriter writer, FlowVariable variable)
    {
        writer.WriteStartObject();
        writer.WriteString("name", variable.Name);
        writer.WriteString("type", variable.Type);
        Json(writer, "default", variable.Default);
        if (variable.Scope != "run") writer.WriteString("scope", variable.Scope);
        End(writer, variable.Extra);
    }

    public static void Write(Utf8JsonWriter writer, FlowNode node)
    {
        writer.WriteStartObject();
        writer.WriteString("id", node.Id);
        writer.WriteString("type", node.Type);
        writer.WriteNumber("typeVersion", node.TypeVersion);
        writer.WriteString("name", node.Name);
        writer.WritePropertyName("position");
        Write(writer, node.Position);
        Json(writer, "settings", node.Settings);
        Text(writer, "timeout", node.Timeout);
        if (node.Retry is { } retry)
        {
            writer.WritePropertyName("retry");
            Write(writer, retry);
        }
        if (node.OnError is { } onError)
        {
            writer.WritePropertyName("onError");
            Write(writer, onError);
        }
        Text(writer, "join", node.Join);
        if (node.Disabled) writer.WriteBoolean("disabled", true);
        Text(writer, "group", node.Group);
        if (node.Collapsed) writer.WriteBoolean("collapsed", true);
        if (node.Children is { } children)
        {
            writer.WriteStartObject("children");
            List(writer, "nodes", children.Nodes, Write);
            List(writer, "edges", children.Edges, Write);
            End(writer, children.Extra);
        }
        End(writer, node.Extra);
    }

    public static void Write(Utf8JsonWriter writer, FlowEdge edge)
    {
        writer.WriteStartObject();
        writer.WriteString("id", edge.Id);
        writer.WriteString("from", edge.From);
        writer.WriteString("to", edge.To);
        End(writer, edge.Extra);
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, FlowSlot> slots)
    {
        writer.WriteStartObject();
        foreach ((string name, FlowSlot slot) in slots)
        {
            writer.WritePropertyName(name);
            Write(writer, slot);
        }
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, FlowSlot slot)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", slot.Kind);
        if (slot.Needs is { } needs)
        {
            writer.WriteStartArray("needs");
            foreach (string need in needs) writer.WriteStringValue(need);
            writer.WriteEndArray();
        }
        Text(writer, "description", slot.Description);
        End(writer, slot.Extra);
    }

    public static void Write(Utf8JsonWriter writer, FlowNote note)
    {
        writer.WriteStartObject();
        writer.WriteString("id", note.Id);
        writer.WriteString("text", note.Text);
        writer.WritePropertyName("position");
        Write(writer, note.Position);
        if (note.Size is { } size)
        {
            writer.WriteStartObject("size");
            writer.WriteNumber("w", size.W);
            writer.WriteNumber("h", size.H);
            End(writer, size.Extra);
        }
        End(writer, note.Extra);
    }

    public static void Write(Utf8JsonWriter writer, FlowGroup group)
    {
        writer.WriteStartObject();
        writer.WriteString("id", group.Id);
        writer.WriteString("title", group.Title);
        Text(writer, "colour", group.Colour);
        if (group.Collapsed) writer.WriteBoolean("collapsed", true);
        End(writer, group.Extra);
    }

    public static void Write(Utf8JsonWriter writer, Position position)
    {
        writer.WriteStartObject();
        writer.WriteNumber("x", position.X);
        writer.WriteNumber("y", position.Y);
        End(writer, position.Extra);
    }

    public static void Write(Utf8JsonWriter writer, RetryPolicy retry)
    {
        writer.WriteStartObject();
        writer.WriteNumber("attempts", retry.Attempts);
        Text(writer, "backoff", retry.Backoff);
        Text(writer, "delay", retry.Delay);
        End(writer, retry.Extra);
    }

    public static void Write(Utf8JsonWriter writer, ErrorPolicy onError)
    {
        writer.WriteStartObject();
        writer.WriteString("mode", onError.Mode);
        Json(writer, "value", onError.Value);
        Text(writer, "port", onError.Port);
        End(writer, onError.Extra);
    }

    private static void List<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (T item in items) write(writer, item);
        writer.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null) writer.WriteString(name, text);
    }

    private static void Json(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        if (value is not { ValueKind: not JsonValueKind.Undefined } json) return;
        writer.WritePropertyName(name);
        json.WriteTo(writer);
    }

    private static void End(Utf8JsonWriter writer, ExtraMembers? extra)
    {
        foreach ((string name, JsonElement value) in extra?.Members ?? []) Json(writer, name, value);
        writer.WriteEndObject();
    }
}
