using System.Text.Json;

namespace Designer.Flows.Tests.Templates;

/// <summary>The editor offers the filters and tags that there are, and no others.</summary>
public sealed class EditorWordsTests
{
    private static readonly JsonElement Words = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "src/Designer.Canvas/src/inspector/liquid.json"))).RootElement;

    [Fact]
    public void Each_filter_that_is_offered_is_known_and_each_known_one_is_offered()
    {
        string[] offered = [.. Words.GetProperty("filters").EnumerateObject().Select(f => f.Name)];
        foreach (string name in offered) Assert.NotNull(Template.Parse($"{{{{ start.x | {name} }}}}"));
        // What Liquid knows, and what this project adds to it.
        string[] known = [.. Fluid.TemplateOptions.Default.Filters.Select(f => f.Key), "context", "json", "urlencode"];
        Assert.Empty(known.Except(offered));
    }

    [Fact]
    public void Each_tag_that_is_offered_is_known()
    {
        HashSet<string> blocks = [.. Words.GetProperty("blocks").EnumerateObject().Select(b => b.Name)];
        foreach (JsonProperty tag in Words.GetProperty("tags").EnumerateObject())
        {
            string arguments = tag.Value.GetString()!.Replace("\"…\"", "'a'", StringComparison.Ordinal).Replace("…", "start.x", StringComparison.Ordinal);
            string body = tag.Name == "case" ? "{% when 1 %}" : "";
            Assert.NotNull(Template.Parse($"{{% {tag.Name} {arguments} %}}{(blocks.Contains(tag.Name) ? $"{body}{{% end{tag.Name} %}}" : "")}"));
        }
    }

    private static string Root()
    {
        string at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Designer.sln"))) at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("No repository around the tests.");
        return at;
    }
}
