using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Values;

namespace Designer.Flows;

/// <summary>An object or a list of a flow inside Liquid; its members are found by <see cref="FlowValue"/> alone.</summary>
internal sealed class LiquidValue(object value, bool isList) : FluidValue
{
    public override FluidValues Type => isList ? FluidValues.Array : FluidValues.Dictionary;

    /// <summary>Any value as Liquid's.</summary>
    public static FluidValue Wrap(object? value) => FlowValue.Unwrap(value) switch
    {
        null => NilValue.Instance,
        FluidValue done => done,
        string text => new StringValue(text),
        bool truth => BooleanValue.Create(truth),
        int number => NumberValue.Create(number),
        long number => NumberValue.Create(number),
        decimal number => NumberValue.Create(number),
        DateTimeOffset time => new DateTimeValue(time),
        DateTime time => new DateTimeValue(time),
        { } number when FlowValue.IsNumber(number) => FromDouble(Convert.ToDouble(number, CultureInfo.InvariantCulture)),
        { } list when FlowValue.IsList(list) => new LiquidValue(list, isList: true),
        { } map when FlowValue.IsObject(map) => new LiquidValue(map, isList: false),
        { } other => new StringValue(FlowValue.ToText(other)),
    };

    /// <summary>What a value of Liquid is outside of it.</summary>
    public static object? Unwrap(FluidValue value) => value switch
    {
        LiquidValue own => own.ToObjectValue(),
        ArrayValue list => list.Values.Select(Unwrap).ToArray(),
        NumberValue or StringValue or BooleanValue or DateTimeValue => value.ToObjectValue(),
        _ when value.IsNil() => null,
        _ => value.ToStringValue(),
    };

    public override ValueTask<FluidValue> GetValueAsync(string name, TemplateContext context) =>
        FlowValue.TryGetMember(value, name, out object? member) ? Wrap(member) : NilValue.Instance;

    public override ValueTask<FluidValue> GetIndexAsync(FluidValue index, TemplateContext context) => GetValueAsync(index.ToStringValue(), context);

    public override IEnumerable<FluidValue> Enumerate(TemplateContext context) => isList
        ? FlowValue.Items(value).Select(Wrap)
        : FlowValue.Members(value).Select(m => new ArrayValue([new StringValue(m.Key), Wrap(m.Value)]));

    public override bool Contains(FluidValue item)
    {
        object? wanted = Unwrap(item);
        return isList ? FlowValue.Items(value).Any(i => FlowValue.AreEqual(i, wanted)) : FlowValue.TryGetMember(value, item.ToStringValue(), out _);
    }

    public override bool Equals(FluidValue? other) => other switch
    {
        null => false,
        { Type: FluidValues.Empty or FluidValues.Blank } => FlowValue.IsEmpty(value),
        LiquidValue or ArrayValue => FlowValue.AreEqual(value, Unwrap(other)),
        _ => false,
    };

    public override bool Equals(object? obj) => obj is FluidValue other && Equals(other);
    public override int GetHashCode() => FlowValue.Items(value).Count;
    public override bool ToBooleanValue() => true;
    public override decimal ToNumberValue() => isList ? FlowValue.Items(value).Count : 0;
    public override string ToStringValue() => FlowValue.AsFile(value)?.Name ?? LimitedJson.Text(ToObjectValue());
    public override object ToObjectValue() => value is IReadOnlyList<FluidValue> inner ? inner.Select(Unwrap).ToArray() : value;

    public override ValueTask WriteToAsync(TextWriter writer, TextEncoder encoder, CultureInfo cultureInfo)
    {
        writer.Write(ToStringValue());
        return default;
    }

    // Numbers beyond decimal's range keep their text.
    private static FluidValue FromDouble(double number) =>
        double.IsFinite(number) && Math.Abs(number) < 7e28 ? NumberValue.Create((decimal)number) : new StringValue(FlowValue.ToText(number));
}

/// <summary>The names that a template may start a reference with.</summary>
internal sealed class ScopeValue(IValueScope scope) : FluidValue
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private readonly long _start = TimeProvider.System.GetTimestamp();

    public override FluidValues Type => FluidValues.Object;

    public override ValueTask<FluidValue> GetValueAsync(string name, TemplateContext context)
    {
        if (TimeProvider.System.GetElapsedTime(_start) > Longest) throw new TemplateException($"The template takes longer than {Longest.TotalSeconds} seconds.");
        return LiquidValue.Wrap(scope.Root(name));
    }

    public override bool Equals(FluidValue? other) => ReferenceEquals(this, other);
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);
    public override int GetHashCode() => 0;
    public override bool ToBooleanValue() => true;
    public override decimal ToNumberValue() => 0;
    public override string ToStringValue() => "";
    public override object ToObjectValue() => this;
}
