using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Designer.Web.Features.Language;
using Ganss.Xss;
using Markdig;

namespace Designer.Web.Features.Help;

/// <summary>A page of the handbook, as the list shows it. Names stand in English and are translated where they are shown.</summary>
public sealed record HelpText(string Slug, string Name, string About, string Icon);

/// <summary>A section that holds what somebody looks for.</summary>
public sealed record HelpHit(HelpText Text, string Heading, string Url, string Excerpt);

/// <summary>The handbook: the Markdown of docs/, which travels with the program, made into HTML once.</summary>
public static partial class HelpTexts
{
    private const int MostHits = 30;
    private const int ExcerptLength = 140;

    public static readonly IReadOnlyList<HelpText> All =
    [
        new("getting-started", Words.Key("Getting started"), Words.Key("From the first question to an endpoint that others call"), "rocket"),
        new("nodes", Words.Key("Nodes"), Words.Key("What each node does, its settings, ports and outputs"), "workflow"),
        new("model-servers", Words.Key("Model servers"), Words.Key("Providers, limits, repeats, fallbacks and what errors mean"), "cpu"),
        new("playground", Words.Key("Playground"), Words.Key("Ask several models the same and compare their answers"), "messages-square"),
        new("models", Words.Key("Models inside Designer"), Words.Key("Models from a folder that run in this process"), "box"),
        new("api", Words.Key("Calling flows over HTTP"), Words.Key("Blocking, streaming and in the background; keys and errors"), "code-xml"),
        new("command-line", Words.Key("Command line"), Words.Key("Everything for servers, scripts and git"), "terminal"),
        new("keys", Words.Key("Keyboard"), Words.Key("The keys of the editor"), "keyboard"),
        new("permissions", Words.Key("Roles and permissions"), Words.Key("Who may do what"), "shield-check"),
    ];

    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoIdentifiers(Markdig.Extensions.AutoIdentifiers.AutoIdentifierOptions.GitHub).UseAutoLinks().DisableHtml().Build();

    private static readonly Lazy<Dictionary<string, Page>> s_pages = new(() => All.ToDictionary(text => text.Slug, Read));

    private sealed record Page(string Html, IReadOnlyList<Section> Sections);

    private sealed record Section(string Heading, string Anchor, string Text);

    public static HelpText? Find(string? slug) => All.FirstOrDefault(text => text.Slug == slug);

    /// <summary>Safe to be put into a page as it is.</summary>
    public static string HtmlOf(HelpText text) => s_pages.Value[text.Slug].Html;

    /// <summary>Sections that hold every word; those that name it in their heading first.</summary>
    public static IReadOnlyList<HelpHit> Search(string wanted)
    {
        string[] words = wanted.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0) return [];
        return
        [
            .. All.SelectMany(text => s_pages.Value[text.Slug].Sections.Select(section => (Text: text, Section: section)))
                .Where(place => words.All(word => Holds(place.Section.Text, word) || Holds(place.Section.Heading, word)))
                .OrderByDescending(place => words.Count(word => Holds(place.Section.Heading, word)))
                .Take(MostHits)
                .Select(place => new HelpHit(place.Text, place.Section.Heading, $"/help/{place.Text.Slug}{place.Section.Anchor}", Excerpt(place.Section.Text, words[0]))),
        ];
    }

    private static bool Holds(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static string Excerpt(string text, string word)
    {
        int at = Math.Max(0, text.IndexOf(word, StringComparison.OrdinalIgnoreCase));
        int from = Math.Max(0, at - ExcerptLength / 3), length = Math.Min(ExcerptLength, text.Length - from);
        return $"{(from > 0 ? "…" : "")}{text.Substring(from, length).Trim()}{(from + length < text.Length ? "…" : "")}";
    }

    private static Page Read(HelpText text)
    {
        using Stream stream = typeof(HelpTexts).Assembly.GetManifestResourceStream($"help/{text.Slug}.md") ?? throw new InvalidOperationException($"docs/{text.Slug}.md is not part of the program.");
        using var reader = new StreamReader(stream);
        var sanitizer = new HtmlSanitizer();
        sanitizer.AllowedAttributes.Add("id");
        sanitizer.PostProcessDom += (_, made) =>
        {
            foreach (IElement link in made.Document.QuerySelectorAll("a[href]")) Lead(link, text);
        };
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(sanitizer.Sanitize(Markdown.ToHtml(reader.ReadToEnd(), s_pipeline)));
        return new Page(document.Body!.InnerHtml, [.. Sections(document.Body)]);
    }

    /// <summary>Links between the files of docs/ become links between pages; what is not part of the handbook leads nowhere.</summary>
    private static void Lead(IElement link, HelpText from)
    {
        string target = link.GetAttribute("href")!;
        if (target.StartsWith("http", StringComparison.Ordinal)) return;
        Match other = OtherText().Match(target);
        string slug = other.Groups["slug"] is { Success: true } named ? named.Value : from.Slug;
        if (other.Success && Find(slug) is not null) link.SetAttribute("href", $"/help/{slug}{other.Groups["anchor"].Value}");
        else link.RemoveAttribute("href");
    }

    private static IEnumerable<Section> Sections(IElement body)
    {
        (string heading, string anchor, var text) = ("", "", new List<string>());
        foreach (IElement part in body.Children)
        {
            if (part.TagName is not ("H1" or "H2" or "H3"))
            {
                text.Add(Spaces().Replace(part.TextContent, " "));
                continue;
            }
            if (heading.Length > 0) yield return new Section(heading, anchor, string.Join(' ', text).Trim());
            (heading, anchor, text) = (part.TextContent, part.Id is { Length: > 0 } id && part.TagName != "H1" ? "#" + id : "", []);
        }
        if (heading.Length > 0) yield return new Section(heading, anchor, string.Join(' ', text).Trim());
    }

    [GeneratedRegex(@"\A(?:(?<slug>[a-z-]+)\.md)?(?<anchor>#[\w.-]+)?\z")]
    private static partial Regex OtherText();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
