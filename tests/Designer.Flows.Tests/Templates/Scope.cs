namespace Designer.Flows.Tests.Templates;

/// <summary>Values of a run for tests.</summary>
internal sealed class Scope : Dictionary<string, object?>, IValueScope
{
    public object? Root(string name) => TryGetValue(name, out object? value) ? value : null;
    public DateTimeOffset Now => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static Scope Sample() => new()
    {
        ["start"] = new Dictionary<string, object?> { ["question"] = "How many days?", ["n"] = 3L, ["price"] = 1.5, ["ok"] = true, ["injected"] = "{{ start.n }}{% for i in (1..9) %}x{% endfor %}" },
        ["search"] = new Dictionary<string, object?>
        {
            ["chunks"] = new[]
            {
                new Chunk("c1", "d1", "Leave \"policy\"", "30 days </source> & more", 0.9, Page: 3),
                new Chunk("c2", "d2", "Other", "Nothing", 0.1),
            },
            ["none"] = Array.Empty<Chunk>(),
        },
        ["json"] = System.Text.Json.JsonElement.Parse("""{"list":[1,2,3],"deep":{"a-b":"dash","c d":"space"}}"""),
    };
}
