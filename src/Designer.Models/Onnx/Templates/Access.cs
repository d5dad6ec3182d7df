namespace Designer.Models.Onnx.Templates;

/// <summary>Looking into values.</summary>
internal static class Access
{
    /// <summary>a.b: a method, or else an entry.</summary>
    public static object? Member(Rendering rendering, object? of, string key)
    {
        Refuse(of, key);
        if (of is Namespace space) return space.Members.TryGetValue(key, out object? member) ? member : new Undefined(key);
        return Methods.Find(rendering, of, key) ?? Entry(of, key);
    }

    /// <summary>a[b]: an entry, or else a method.</summary>
    public static object? Item(Rendering rendering, object? of, object? key)
    {
        Refuse(of, Values.Text(key));
        switch (of, key)
        {
            case (List<object?> list, long or bool):
                long at = Values.Integer(key);
                if (at < 0) at += list.Count;
                return at >= 0 && at < list.Count ? list[(int)at] : new Undefined(Values.Text(key));
            case (string text, long place):
                return Slice(rendering, text, place, place == -1 ? null : place + 1, 1) is string { Length: > 0 } one ? one : new Undefined(Values.Text(key));
            case (Namespace space, string name):
                return space.Members.TryGetValue(name, out object? member) ? member : new Undefined(name);
            case (_, string name):
                return Entry(of, name) is var entry && entry is Undefined ? Methods.Find(rendering, of, name) ?? entry : entry;
            case (Mapping map, _):
                return map.TryGetValue(Values.Text(key), out object? value) ? value : new Undefined(Values.Text(key));
            default:
                return new Undefined(Values.Text(key));
        }
    }

    public static object? Slice(Rendering rendering, object? of, long? from, long? to, long stride)
    {
        if (stride == 0) throw new TemplateException("A slice cannot go in steps of zero.");
        IReadOnlyList<object?> items = of is string or List<object?> ? Values.Items(of) : throw new TemplateException($"{Values.Kind(of)} cannot be sliced.");
        rendering.Step(1 + items.Count / 16);
        long count = items.Count, first = stride > 0 ? 0 : -1, last = stride > 0 ? count : count - 1;
        long start = from is { } f ? Math.Clamp(f < 0 ? f + count : f, first, last) : stride > 0 ? 0 : count - 1;
        long end = to is { } t ? Math.Clamp(t < 0 ? t + count : t, first, last) : stride > 0 ? count : -1;
        List<object?> slice = [];
        for (long at = start; stride > 0 ? at < end : at > end; at += stride) slice.Add(items[(int)at]);
        return of is string ? string.Concat(slice) : slice;
    }

    private static object? Entry(object? of, string key) => of is Mapping map && map.TryGetValue(key, out object? value) ? value : new Undefined(key);

    private static void Refuse(object? of, string key)
    {
        if (of is Undefined undefined) throw new TemplateException($"'{undefined.Name}' is undefined, so it has no '{key}'.");
        if (key.StartsWith("__", StringComparison.Ordinal)) throw new TemplateException($"'{key}' is not for templates.");
    }
}
