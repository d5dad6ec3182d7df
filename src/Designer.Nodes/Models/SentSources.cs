using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Designer.Flows;
using Microsoft.Extensions.AI;
using Match = System.Text.RegularExpressions.Match;

namespace Designer.Nodes.Models;

/// <summary>The source blocks that went to a model (as <see cref="SourceBlocks"/> writes them), to tell where the marks in its answer come from.</summary>
internal sealed partial class SentSources
{
    private sealed record Source(int N, string Id, string Title, int? Page, string Text);

    private readonly Dictionary<int, Source> _sources = [];

    public static SentSources Read(IEnumerable<ChatMessage> messages)
    {
        SentSources sent = new();
        // A tool's result is no text of its message.
        foreach (string text in messages.SelectMany(m => m.Contents).Select(c => (c as TextContent)?.Text ?? (c as FunctionResultContent)?.Result as string).OfType<string>())
        {
            foreach (Match match in Block().Matches(text))
            {
                Dictionary<string, string> attributes = Attribute().Matches(match.Groups["attributes"].Value).DistinctBy(a => a.Groups[1].Value)
                    .ToDictionary(a => a.Groups[1].Value, a => WebUtility.HtmlDecode(a.Groups[2].Value));
                if (!int.TryParse(attributes.GetValueOrDefault("n"), NumberStyles.None, CultureInfo.InvariantCulture, out int n)) continue;
                int? page = int.TryParse(attributes.GetValueOrDefault("page"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
                sent._sources[n] = new(n, attributes.GetValueOrDefault("id", ""), attributes.GetValueOrDefault("title", ""), page, WebUtility.HtmlDecode(match.Groups["text"].Value).Trim());
            }
        }
        return sent;
    }

    /// <summary>The sources that the text's marks name, in order of number. A mark without a source gives nothing.</summary>
    public IReadOnlyList<Citation> Cite(string text)
    {
        if (_sources.Count == 0) return [];
        SortedDictionary<int, Citation> citations = [];
        foreach (Match mark in Mark().Matches(text))
        {
            foreach (Capture number in mark.Groups["n"].Captures)
            {
                if (!int.TryParse(number.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int n) || !_sources.TryGetValue(n, out Source? source) || citations.ContainsKey(n)) continue;
                citations[n] = new Citation(n, source.Id, source.Title, source.Page, Quote(text, mark.Index, source));
            }
        }
        return [.. citations.Values];
    }

    // The sentence before the mark, where it stands in the source word for word.
    private static string? Quote(string text, int mark, Source source)
    {
        string before = Mark().Replace(text[..mark], "").TrimEnd();
        Match sentence = LastSentence().Match(before);
        string quote = sentence.Value.Trim();
        return quote.Length >= 10 && source.Text.Contains(quote, StringComparison.Ordinal) ? quote : null;
    }

    [GeneratedRegex("""<source (?<attributes>[^<>]{0,2000})>\n?(?<text>[^<]*)</source>""")]
    private static partial Regex Block();

    [GeneratedRegex(@"\b([a-z]+)=""([^""]*)""")]
    private static partial Regex Attribute();

    // [1], [1, 2], [1][2], and the brackets that some models prefer.
    [GeneratedRegex(@"[ ]?[\[【](?<n>\d{1,4})(?:\s*[,，、;]\s*(?<n>\d{1,4}))*[\]】]")]
    private static partial Regex Mark();

    [GeneratedRegex(@"[^.!?。！？\n]+[.!?。！？]?$")]
    private static partial Regex LastSentence();
}
