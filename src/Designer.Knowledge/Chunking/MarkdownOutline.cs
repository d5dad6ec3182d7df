using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Parsers.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using MarkdownBlock = Markdig.Syntax.Block;

namespace Designer.Knowledge;

/// <summary>Reads Markdown by its top-level blocks: headings open sections, front matter is left out, HTML is text like any other.</summary>
internal static partial class MarkdownOutline
{
    private const string Separator = " › ";
    private const int LongestHeading = 120;

    private static readonly MarkdownPipeline Pipeline = BuildPipeline();

    public static Outline Of(string text, string fallbackTitle)
    {
        List<MarkdownBlock> blocks;
        try
        {
            // Link definitions ("[a]: b") are text to us, and the parser takes quadratic time on many of them.
            string withoutDefinitions = text.Replace("]:", "] ", StringComparison.Ordinal);
            blocks = [.. Markdown.Parse(withoutDefinitions, Pipeline).OrderBy(block => block.Span.Start)];
        }
        catch (ArgumentException)
        {
            // The parser refuses absurdly deep nesting; the words can still be found.
            return PlainOutline.Of(text, fallbackTitle);
        }
        string title = TitleOf(text, blocks) ?? fallbackTitle;
        return new Outline(title, [.. Sections(text, blocks, title)]);
    }

    // Blocks and the words of headings are all that is asked of the parser. Its link parser takes quadratic time on "[a]([a]([a](…".
    private static MarkdownPipeline BuildPipeline()
    {
        MarkdownPipelineBuilder builder = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().UsePreciseSourceLocation();
        builder.InlineParsers.TryRemove<LinkInlineParser>();
        return builder.Build();
    }

    private static IEnumerable<Section> Sections(string text, List<MarkdownBlock> blocks, string title)
    {
        var path = new List<(int Level, string Name)>();
        for (int at = -1; at < blocks.Count;)
        {
            HeadingBlock? heading = at < 0 ? null : (HeadingBlock)blocks[at];
            int next = blocks.FindIndex(at + 1, block => block is HeadingBlock);
            if (next < 0) next = blocks.Count;
            if (heading != null)
            {
                path.RemoveAll(above => above.Level >= heading.Level);
                path.Add((heading.Level, TextOf(heading)));
            }

            List<Block> body = [.. Body(text, blocks, at + 1, next, heading)];
            bool leadsDeeper = heading != null && next < blocks.Count && ((HeadingBlock)blocks[next]).Level > heading.Level;
            if (body.Count == 0 && heading != null && !leadsDeeper) body.Add(Pieces.Trim(text, heading.Span.Start, HeadingEnd(text, heading)));
            if (body.Count > 0) yield return new Section(PathOf(path, title), body);
            at = next;
        }
    }

    // A block reaches to the start of the next one, so that no character is lost, whatever the parser makes of it.
    private static IEnumerable<Block> Body(string text, List<MarkdownBlock> blocks, int from, int to, HeadingBlock? heading)
    {
        int end = to < blocks.Count ? blocks[to].Span.Start : text.Length;
        int start = heading != null ? HeadingEnd(text, heading) : 0;
        if (from == to && Pieces.Trim(text, start, end) is { Length: > 0 } rest) yield return rest;
        for (int i = from; i < to; i++)
        {
            int blockEnd = i + 1 < to ? blocks[i + 1].Span.Start : end;
            if (blocks[i] is YamlFrontMatterBlock) start = Math.Min(blockEnd, blocks[i].Span.End + 1);
            bool isWhole = blocks[i] is ListBlock or Table or CodeBlock;
            if (Pieces.Trim(text, start, blockEnd, isWhole) is { Length: > 0 } block) yield return block;
            start = blockEnd;
        }
    }

    private static int HeadingEnd(string text, HeadingBlock heading)
    {
        int last = Math.Clamp(heading.Span.End, 0, text.Length - 1);
        int newLine = text.IndexOf('\n', last);
        return newLine < 0 ? text.Length : newLine + 1;
    }

    private static string? TitleOf(string text, List<MarkdownBlock> blocks)
    {
        if (blocks.FirstOrDefault() is YamlFrontMatterBlock matter && FrontMatterTitle(text[matter.Span.Start..Math.Min(text.Length, matter.Span.End + 1)]) is { } given) return given;
        return blocks.OfType<HeadingBlock>().Where(heading => heading.Level == 1).Select(TextOf).FirstOrDefault(heading => heading.Length > 0);
    }

    private static string? FrontMatterTitle(string matter)
    {
        string? line = matter.Split('\n').FirstOrDefault(line => line.StartsWith("title:", StringComparison.OrdinalIgnoreCase));
        string title = Short(line?["title:".Length..].Trim().Trim('"', '\'') ?? "");
        return title.Length > 0 ? title : null;
    }

    private static string PathOf(List<(int Level, string Name)> path, string title)
    {
        List<string> names = [.. path.Select(heading => heading.Name).Where(name => name.Length > 0)];
        if (names.Count == 0 || path[0].Level > 1) names.Insert(0, title);
        return string.Join(Separator, names);
    }

    private static string TextOf(HeadingBlock heading) => Short(Link().Replace(string.Concat((heading.Inline?.Descendants() ?? []).Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        LineBreakInline => " ",
        _ => "",
    })), "$1"));

    [GeneratedRegex(@"!?\[([^\[\]]*)\]\([^()]*\)")]
    private static partial Regex Link();

    private static string Short(string heading)
    {
        string visible = DocumentLabel.Visible(string.Join(' ', heading.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        return visible.Length <= LongestHeading ? visible : visible[..visible.CutBefore(LongestHeading - 1)] + "…";
    }
}
