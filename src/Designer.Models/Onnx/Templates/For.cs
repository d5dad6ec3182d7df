namespace Designer.Models.Onnx.Templates;

internal sealed record For(Target Target, Expression Over, Expression? Filter, Block Body, Block? Else) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        List<object?> items = Chosen(rendering, Values.Items(Over.Value(rendering)));
        if (items.Count == 0) return Else?.Run(rendering) ?? Flow.Next;
        object? outer = rendering.Scope["loop"];
        object?[]? seen = null;
        for (int i = 0; i < items.Count; i++)
        {
            Scope scope = new(rendering.Scope);
            Target.Set(rendering, scope, items[i]);
            scope["loop"] = Loop(items, i, outer, value => Changed(ref seen, value));
            if (rendering.Inside(scope, () => Body.Run(rendering)) == Flow.Break) break;
        }
        return Flow.Next;
    }

    private List<object?> Chosen(Rendering rendering, IReadOnlyList<object?> items)
    {
        rendering.Step(items.Count);
        if (Filter is null) return [.. items];
        return items.Where(item =>
        {
            Scope scope = new(rendering.Scope);
            Target.Set(rendering, scope, item);
            return rendering.Inside(scope, () => Values.Truth(Filter.Value(rendering)));
        }).ToList();
    }

    private static Mapping Loop(List<object?> items, int at, object? outer, Func<object?[], bool> changed) => new()
    {
        ["index"] = (long)at + 1,
        ["index0"] = (long)at,
        ["revindex"] = (long)items.Count - at,
        ["revindex0"] = (long)items.Count - at - 1,
        ["first"] = at == 0,
        ["last"] = at == items.Count - 1,
        ["length"] = (long)items.Count,
        ["depth"] = outer is Mapping loop && loop.TryGetValue("depth", out object? depth) && depth is long level ? level + 1 : 1L,
        ["previtem"] = at > 0 ? items[at - 1] : new Undefined("previtem"),
        ["nextitem"] = at + 1 < items.Count ? items[at + 1] : new Undefined("nextitem"),
        ["cycle"] = (Function)(arguments => arguments.Positional.Count == 0 ? throw new TemplateException("loop.cycle needs values.") : arguments.Positional[at % arguments.Positional.Count]),
        ["changed"] = (Function)(arguments => changed([.. arguments.Positional])),
    };

    private static bool Changed(ref object?[]? seen, object?[] values)
    {
        bool same = seen is not null && seen.Length == values.Length && seen.Zip(values).All(p => Values.Equals(p.First, p.Second));
        seen = values;
        return !same;
    }
}
