using System.Text;
using Fluid;
using Fluid.Values;

namespace Designer.Flows;

/// <summary>Liquid's standard filters within limits, and ours: <c>context</c>, <c>json</c>, <c>urlencode</c>.</summary>
internal static class LiquidFilters
{
    private const int MaxItems = 100_000;

    /// <summary>Filters that take a .NET or strftime format, which may ask for a billion digits.</summary>
    private static readonly string[] Formats = ["format_string", "format_number", "format_date", "date", "round"];

    public static void AddTo(FilterCollection filters)
    {
        filters.AddFilter("context", (input, _, _) => Text(SourceBlocks.Write(LiquidValue.Unwrap(input))));
        filters.AddFilter("json", (input, _, _) => Text(LimitedJson.Text(LiquidValue.Unwrap(input))));
        filters.AddFilter("urlencode", (input, _, _) => new StringValue(Uri.EscapeDataString(input.ToStringValue()), encode: false));
        filters.AddFilter("join", (input, arguments, context) => Text(Join(input.Enumerate(context), arguments.At(0).IsNil() ? " " : arguments.At(0).ToStringValue())));
        foreach ((string name, FilterDelegate filter) in filters.ToArray()) filters.AddFilter(name, Bounded(name, filter));
    }

    /// <summary>Work that grows with the data costs steps, so that a loop around it cannot take hours; results stay within limits.</summary>
    private static FilterDelegate Bounded(string name, FilterDelegate filter) => (input, arguments, context) =>
    {
        int cost = Size(input) / 100;
        for (int i = 0; i <= cost; i++) context.IncrementSteps();
        if (name == "replace") CheckReplace(input.ToStringValue(), arguments.At(0).ToStringValue(), arguments.At(1).ToStringValue());
        if (name == "split") CheckSplit(input.ToStringValue(), arguments.At(0).ToStringValue());
        if (Formats.Contains(name)) CheckFormat((name == "format_string" ? input : arguments.At(0)).ToStringValue());
        ValueTask<FluidValue> result = filter(input, arguments, context);
        return result.IsCompletedSuccessfully ? Checked(result.Result) : Awaited(result);
    };

    private static async ValueTask<FluidValue> Awaited(ValueTask<FluidValue> result) => Checked(await result);

    private static FluidValue Checked(FluidValue result)
    {
        switch (result)
        {
            case StringValue when result.ToStringValue().Length > Template.MaxOutput:
                throw Template.TooLong();
            case ArrayValue list:
                if (list.Values.Count > MaxItems) throw TooMany();
                // As ours, so that a filtered list is written as every other list is: as JSON.
                return new LiquidValue(list.Values, isList: true);
            default:
                return result;
        }
    }

    private static int Size(FluidValue value) => value switch
    {
        StringValue text => text.ToStringValue().Length,
        LiquidValue or ArrayValue => (int)value.ToNumberValue(),
        _ => 1,
    };

    private static StringValue Text(string text) => new(text);

    private static string Join(IEnumerable<FluidValue> items, string separator)
    {
        StringBuilder text = new();
        foreach (FluidValue item in items)
        {
            if (text.Length > 0) text.Append(separator);
            text.Append(item.ToStringValue());
            if (text.Length > Template.MaxOutput) throw Template.TooLong();
        }
        return text.ToString();
    }

    private static void CheckReplace(string text, string old, string replacement)
    {
        long longest = old.Length == 0 ? text.Length + 1L : text.Length / old.Length;
        if (text.Length + longest * replacement.Length <= Template.MaxOutput) return;
        long found = old.Length == 0 ? longest : text.AsSpan().Count(old);
        if (text.Length + found * (replacement.Length - old.Length) > Template.MaxOutput) throw Template.TooLong();
    }

    private static void CheckSplit(string text, string separator)
    {
        if (text.Length > MaxItems && (separator.Length == 0 ? text.Length : text.AsSpan().Count(separator)) > MaxItems) throw TooMany();
    }

    private static void CheckFormat(string format)
    {
        int digits = 0;
        foreach (char c in format)
        {
            digits = char.IsAsciiDigit(c) ? digits + 1 : 0;
            if (digits > 4) throw new TemplateException($"A format of the template is too wide.");
        }
    }

    private static TemplateException TooMany() => new($"A list of the template has more than {MaxItems:N0} entries.");
}
