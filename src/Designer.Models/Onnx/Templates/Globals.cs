namespace Designer.Models.Onnx.Templates;

/// <summary>The functions every template may call.</summary>
internal static class Globals
{
    private const int LongestRange = 100_000;

    public static void Define(Rendering rendering)
    {
        Scope scope = rendering.Scope;
        scope["raise_exception"] = (Function)(arguments => throw new TemplateException(arguments.Text(0, "message")) { IsRaised = true });
        scope["strftime_now"] = (Function)(arguments => TextFormat.Time(rendering.Clock.GetLocalNow(), arguments.Text(0, "format")));
        scope["namespace"] = (Function)(arguments => new Namespace(Merge(arguments)));
        scope["dict"] = (Function)(arguments => Merge(arguments));
        scope["range"] = (Function)(arguments => Range(rendering, arguments));
        scope["joiner"] = (Function)Joiner;
    }

    private static Mapping Merge(Arguments arguments)
    {
        Mapping map = [];
        if (arguments.Get(0, "") is Mapping given)
            foreach ((string key, object? value) in given) map[key] = value;
        foreach ((string key, object? value) in arguments.Named) map[key] = value;
        return map;
    }

    private static List<object?> Range(Rendering rendering, Arguments arguments)
    {
        long[] numbers = [.. arguments.Positional.Select(Values.Integer)];
        (long from, long to, long step) = numbers switch
        {
            [var end] => (0L, end, 1L),
            [var start, var end] => (start, end, 1L),
            [var start, var end, var by] when by != 0 => (start, end, by),
            _ => throw new TemplateException("range needs one to three numbers, the third not zero."),
        };
        List<object?> list = [];
        for (long at = from; step > 0 ? at < to : at > to; at += step)
        {
            if (list.Count == LongestRange) throw new TemplateException($"range gives more than {LongestRange:N0} numbers.");
            rendering.Step();
            list.Add(at);
        }
        return list;
    }

    private static Function Joiner(Arguments arguments)
    {
        string separator = arguments.Text(0, "sep", ", ");
        bool called = false;
        return _ =>
        {
            string text = called ? separator : "";
            called = true;
            return text;
        };
    }
}
