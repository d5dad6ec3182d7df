using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>A compiled setting: either a constant, or a function of the scope it is bound in.</summary>
internal readonly struct BoundValue
{
    private readonly object? constant;
    private readonly Func<IValueScope, object?>? evaluate;

    private BoundValue(object? constant, Func<IValueScope, object?>? evaluate) => (this.constant, this.evaluate) = (constant, evaluate);

    public static BoundValue Constant(object? value) => new(value, null);
    public static BoundValue From(Func<IValueScope, object?> evaluate) => new(null, evaluate);

    public bool IsConstant => evaluate is null;
    public object? Value(IValueScope scope) => evaluate is null ? constant : evaluate(scope);
}

/// <summary>Compiles JSON settings into values of CLR types. Strings with <c>{{ }}</c> become templates; a sole reference passes its value.</summary>
internal sealed class ValueCompiler(IReadOnlyDictionary<string, string> bindings)
{
    private const string SlotPrefix = "@slot:";

    public BoundValue Compile(JsonElement json, Type type, bool isTemplate)
    {
        if (type == typeof(Deferred)) return BoundValue.Constant(new CompiledDeferred(json, this));
        Type target = Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(JsonElement)) type = target;
        if (json.ValueKind == JsonValueKind.String) return CompileText(json.GetString()!, type, isTemplate || target != typeof(string));
        if (!HoldsTemplateOrSlot(json)) return BoundValue.Constant(FlowValue.ToType(json, type));
        if (json.ValueKind == JsonValueKind.Array) return CompileList(json, type, isTemplate);
        if (RecordShape.MapValueOf(target) is { } valueType) return CompileMap(json, valueType, isTemplate);
        if (type == typeof(object)) return CompileMap(json, typeof(object), isTemplate: true);
        if (type == typeof(JsonElement)) return Then(CompileMap(json, typeof(object), isTemplate: true), v => FlowValue.ToJson(v));
        return CompileRecord(json, target);
    }

    /// <summary>Compiles a record from a JSON object; members it lacks take their defaults.</summary>
    public BoundValue CompileRecord(JsonElement json, Type type)
    {
        RecordShape shape = RecordShape.Of(type);
        BoundValue[] members = new BoundValue[shape.Parameters.Count];
        for (int i = 0; i < members.Length; i++)
        {
            RecordParameter parameter = shape.Parameters[i];
            members[i] = json.ValueKind == JsonValueKind.Object && json.TryGetProperty(parameter.JsonName, out JsonElement value) && value.ValueKind != JsonValueKind.Null
                ? parameter.Setting is { Url: true } && value.ValueKind == JsonValueKind.String && IsTemplateText(value.GetString()!)
                    ? BoundValue.From(Template.Parse(value.GetString()!).RenderUrl)
                    : Compile(value, parameter.Type, parameter.Setting?.Template ?? false)
                : BoundValue.Constant(Missing(parameter));
        }
        if (Array.TrueForAll(members, m => m.IsConstant)) return BoundValue.Constant(Create(shape, members, null!));
        return BoundValue.From(scope => Create(shape, members, scope));
    }

    private static object? Missing(RecordParameter parameter)
    {
        if (parameter.Setting?.DefaultJson is { } json) return FlowValue.ToType(JsonElement.Parse(json), parameter.Type);
        if (parameter.Default is not null || parameter.HasDefault) return parameter.Default;
        if (parameter.Type == typeof(string)) return "";
        // A list that is not written is an empty one, so that no node has to ask.
        return RecordShape.ItemOf(parameter.Type) is { } item ? Array.CreateInstance(item, 0) : null;
    }

    private static object Create(RecordShape shape, BoundValue[] members, IValueScope scope)
    {
        object?[] values = new object?[members.Length];
        for (int i = 0; i < members.Length; i++) values[i] = members[i].Value(scope);
        return shape.Create(values);
    }

    private BoundValue CompileText(string text, Type type, bool isTemplate)
    {
        if (text.StartsWith(SlotPrefix, StringComparison.Ordinal))
            return BoundValue.Constant(FlowValue.ToType(bindings.GetValueOrDefault(text[SlotPrefix.Length..]) ?? "", type));
        if (!isTemplate || !IsTemplateText(text)) return BoundValue.Constant(FlowValue.ToType(text, type));
        Template template = Template.Parse(text);
        if (type == typeof(string)) return BoundValue.From(template.Render);
        if (type == typeof(object)) return BoundValue.From(template.Evaluate);
        return BoundValue.From(scope => FlowValue.ToType(template.Evaluate(scope), type));
    }

    private BoundValue CompileList(JsonElement json, Type type, bool isTemplate)
    {
        Type item = RecordShape.ItemOf(type) ?? typeof(object);
        BoundValue[] items = [.. json.EnumerateArray().Select(e => Compile(e, item, isTemplate))];
        BoundValue list = BoundValue.From(scope =>
        {
            Array values = Array.CreateInstance(item, items.Length);
            for (int i = 0; i < items.Length; i++) values.SetValue(items[i].Value(scope), i);
            return values;
        });
        return type == typeof(JsonElement) ? Then(list, v => FlowValue.ToJson(v)) : list;
    }

    private BoundValue CompileMap(JsonElement json, Type valueType, bool isTemplate)
    {
        (string Name, BoundValue Value)[] members = [.. json.EnumerateObject().Select(m => (m.Name, Compile(m.Value, valueType, isTemplate)))];
        if (valueType == typeof(string)) return BoundValue.From(scope => members.ToDictionary(m => m.Name, m => (string)m.Value.Value(scope)!));
        return BoundValue.From(scope => members.ToDictionary(m => m.Name, m => m.Value.Value(scope)));
    }

    private static BoundValue Then(BoundValue value, Func<object?, object?> convert) => BoundValue.From(scope => convert(value.Value(scope)));

    private static bool HoldsTemplateOrSlot(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => IsTemplateText(json.GetString()!) || json.GetString()!.StartsWith(SlotPrefix, StringComparison.Ordinal),
        JsonValueKind.Array => json.EnumerateArray().Any(HoldsTemplateOrSlot),
        JsonValueKind.Object => json.EnumerateObject().Any(m => HoldsTemplateOrSlot(m.Value)),
        _ => false,
    };

    private static bool IsTemplateText(string text) =>
        text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal);
}

/// <summary>A setting kept as compiled code until the node asks for it in a scope of its choice.</summary>
internal sealed class CompiledDeferred : Deferred
{
    private readonly BoundValue value;
    private readonly Condition? condition;

    public CompiledDeferred(JsonElement json, ValueCompiler compiler)
    {
        // A text without braces may be an expression; whether it is meant as one, only Holds tells.
        if (json.ValueKind is JsonValueKind.Array or JsonValueKind.Object || json.ValueKind == JsonValueKind.String && !json.GetString()!.Contains("{{", StringComparison.Ordinal))
        {
            try
            {
                condition = Condition.Parse(json);
            }
            catch (TemplateException)
            {
                condition = null;
            }
        }
        value = json.ValueKind == JsonValueKind.Undefined ? BoundValue.Constant(null) : compiler.Compile(json, typeof(object), isTemplate: true);
    }

    public override object? Evaluate(IValueScope scope) => value.Value(scope);
    public override bool Holds(IValueScope scope) => condition is null ? FlowValue.IsTrue(value.Value(scope)) : condition.Holds(scope);
}
