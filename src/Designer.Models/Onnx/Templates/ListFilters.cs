namespace Designer.Models.Onnx.Templates;

/// <summary>The filters that go over a list.</summary>
internal static class ListFilters
{
    private static readonly HashSet<string> s_names = ["join", "list", "first", "last", "reverse", "sort", "unique", "min", "max", "sum", "map", "select", "reject",
        "selectattr", "rejectattr", "groupby", "batch", "dictsort"];

    public static object? Apply(Rendering rendering, string name, object? value, Arguments arguments)
    {
        if (!s_names.Contains(name)) throw new TemplateException($"There is no filter '{name}'.");
        IReadOnlyList<object?> items = name == "dictsort" ? [] : Values.Items(value);
        rendering.Step(1 + items.Count);
        return name switch
        {
            "join" => Filters.Join(rendering, Attribute(rendering, items, arguments.Get(1, "attribute")), arguments.Text(0, "d")),
            "list" => items.ToList(),
            "first" => items.Count > 0 ? items[0] : new Undefined("first"),
            "last" => items.Count > 0 ? items[^1] : new Undefined("last"),
            "reverse" => value is string ? string.Concat(items.Reverse()) : items.Reverse().ToList(),
            "sort" => Sorted(rendering, items, arguments),
            "unique" => Unique(rendering, items, arguments),
            "min" => Extreme(rendering, items, arguments, sign: 1),
            "max" => Extreme(rendering, items, arguments, sign: -1),
            "sum" => Sum(Attribute(rendering, items, arguments.Get(0, "attribute")), arguments.Get(1, "start", 0L)),
            "map" => Map(rendering, items, arguments),
            "select" => Choose(rendering, items, arguments, keep: true, byAttribute: false),
            "reject" => Choose(rendering, items, arguments, keep: false, byAttribute: false),
            "selectattr" => Choose(rendering, items, arguments, keep: true, byAttribute: true),
            "rejectattr" => Choose(rendering, items, arguments, keep: false, byAttribute: true),
            "groupby" => Groups(rendering, items, arguments),
            "batch" => Batches(items, arguments),
            _ => DictSort(value, arguments),
        };
    }

    /// <summary>A member of an item, by a path like "function.name" or a place.</summary>
    private static object? Attribute(Rendering rendering, object? item, object? path)
    {
        if (path is not string text) return Access.Item(rendering, item, path);
        foreach (string key in text.Split('.')) item = item is Undefined ? item : Access.Item(rendering, item, long.TryParse(key, out long place) ? place : key);
        return item;
    }

    private static IReadOnlyList<object?> Attribute(Rendering rendering, IReadOnlyList<object?> items, object? path) =>
        path is null ? items : items.Select(i => Attribute(rendering, i, path)).ToList();

    private static Func<object?, object?> Key(Rendering rendering, object? attribute, bool caseSensitive) => item =>
    {
        object? key = attribute is null ? item : Attribute(rendering, item, attribute);
        return key is string text && !caseSensitive ? text.ToLowerInvariant() : key;
    };

    private static List<object?> Sorted(Rendering rendering, IReadOnlyList<object?> items, Arguments arguments)
    {
        Func<object?, object?> key = Key(rendering, arguments.Get(2, "attribute"), Values.Truth(arguments.Get(1, "case_sensitive")));
        Comparer<object?> order = Comparer<object?>.Create(Values.Compare);
        return Values.Truth(arguments.Get(0, "reverse")) ? items.OrderByDescending(key, order).ToList() : items.OrderBy(key, order).ToList();
    }

    private static List<object?> Unique(Rendering rendering, IReadOnlyList<object?> items, Arguments arguments)
    {
        Func<object?, object?> key = Key(rendering, arguments.Get(1, "attribute"), Values.Truth(arguments.Get(0, "case_sensitive")));
        List<object?> seen = [], result = [];
        foreach (object? item in items)
        {
            object? own = key(item);
            rendering.Step(1 + seen.Count);
            if (seen.Exists(s => Values.Equals(s, own))) continue;
            seen.Add(own);
            result.Add(item);
        }
        return result;
    }

    private static object? Extreme(Rendering rendering, IReadOnlyList<object?> items, Arguments arguments, int sign)
    {
        if (items.Count == 0) return new Undefined("the extreme of an empty list");
        Func<object?, object?> key = Key(rendering, arguments.Get(1, "attribute"), Values.Truth(arguments.Get(0, "case_sensitive")));
        object? best = items[0];
        foreach (object? item in items.Skip(1))
            if (Values.Compare(key(item), key(best)) * sign < 0) best = item;
        return best;
    }

    private static object? Sum(IReadOnlyList<object?> items, object? start)
    {
        if (items.Any(i => i is double) || start is double) return items.Sum(Values.Double) + Values.Double(start);
        return items.Sum(Values.Integer) + Values.Integer(start);
    }

    private static List<object?> Map(Rendering rendering, IReadOnlyList<object?> items, Arguments arguments)
    {
        if (arguments.Named.TryGetValue("attribute", out object? attribute))
            return items.Select(i => Attribute(rendering, i, attribute) is var found && found is Undefined && arguments.Named.TryGetValue("default", out object? otherwise) ? otherwise : found).ToList();
        Arguments rest = new([.. arguments.Positional.Skip(1)], arguments.Named);
        return items.Select(i => Filters.Apply(rendering, arguments.Text(0, "filter"), i, rest)).ToList();
    }

    private static List<object?> Choose(Rendering rendering, IReadOnlyList<object?> items, Arguments arguments, bool keep, bool byAttribute)
    {
        int skip = byAttribute ? 1 : 0;
        string? test = arguments.Positional.Count > skip ? Values.Text(arguments.Positional[skip]) : null;
        Arguments rest = new([.. arguments.Positional.Skip(skip + 1)], arguments.Named);
        return items.Where(item =>
        {
            object? value = byAttribute ? Attribute(rendering, item, arguments.Positional[0]) : item;
            return (test is null ? Values.Truth(value) : Checks.Holds(rendering, test, value, rest)) == keep;
        }).ToList();
    }

    private static List<object?> Groups(Rendering rendering, IReadOnlyList<object?> items, Arguments arguments)
    {
        List<object?> groups = [];
        foreach (object? item in Sorted(rendering, items, new Arguments([false, true, arguments.Get(0, "attribute")], [])))
        {
            object? key = Attribute(rendering, item, arguments.Get(0, "attribute"));
            if (groups is [.., Mapping last] && Values.Equals(last["grouper"], key)) ((List<object?>)last["list"]!).Add(item);
            else groups.Add(new Mapping { ["grouper"] = key, ["list"] = new List<object?> { item } });
        }
        return groups.Cast<Mapping>().Select(g => (object?)new List<object?> { g["grouper"], g["list"] }).ToList();
    }

    private static List<object?> Batches(IReadOnlyList<object?> items, Arguments arguments)
    {
        int size = Math.Max(1, arguments.Number(0, "linecount", 1));
        return items.Chunk(size).Select(c => (object?)c.ToList()).ToList();
    }

    private static List<object?> DictSort(object? value, Arguments arguments)
    {
        Mapping map = value as Mapping ?? throw new TemplateException($"{Values.Kind(value)} has no entries to sort.");
        int place = arguments.Text(1, "by", "key") == "value" ? 1 : 0;
        bool caseSensitive = Values.Truth(arguments.Get(0, "case_sensitive"));
        Comparer<object?> order = Comparer<object?>.Create(Values.Compare);
        IEnumerable<object?> sorted = Filters.Pairs(map).OrderBy(p => ((List<object?>)p!)[place] is string s && !caseSensitive ? s.ToLowerInvariant() : ((List<object?>)p!)[place], order);
        return Values.Truth(arguments.Get(2, "reverse")) ? sorted.Reverse().ToList() : sorted.ToList();
    }
}
