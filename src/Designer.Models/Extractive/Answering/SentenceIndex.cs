using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Answering;

/// <summary>A sentence of a source with what stands around it.</summary>
internal sealed class Sentence
{
    public required string Text { get; init; }

    /// <summary>Index of its source, in prompt order.</summary>
    public required int Source { get; init; }

    /// <summary>Index of its passage; sentences of one paragraph share it.</summary>
    public required int Passage { get; init; }

    public required PassageKind Kind { get; init; }

    /// <summary>Place in its source, from 0.</summary>
    public required int Order { get; init; }

    public required int[] Terms { get; init; }

    /// <summary>Index of the headings above it.</summary>
    public required int Headings { get; init; }

    /// <summary>Index of the line or question that introduces it, or -1.</summary>
    public required int LeadIn { get; init; }

    /// <summary>A question in a source asks, it does not answer; what follows it does.</summary>
    public bool IsQuestion => Text[^1] is '?' or '？';

    /// <summary>"You may claim:" has its meaning in the list below it.</summary>
    public bool IsLeadIn => Text[^1] is ':' or '：';
}

/// <summary>All sentences of the sources, ready to be scored.</summary>
internal sealed class SentenceIndex
{
    private const int LongestHeading = 200;

    private readonly List<int> _terms = [];

    public SentenceIndex(IReadOnlyList<Source> sources, Lexicon lexicon)
    {
        Lexicon = lexicon;
        foreach (var source in sources) Read(source);
    }

    public Lexicon Lexicon { get; }
    public List<Sentence> Sentences { get; } = [];

    /// <summary>The terms of each path of headings, the source's title included.</summary>
    public List<int[]> Headings { get; } = [];

    /// <summary>For each term, in how many sentences it stands.</summary>
    public int[] DocumentFrequencies()
    {
        var frequencies = new int[Lexicon.Count];
        var lastSeen = new int[Lexicon.Count];
        for (var i = 0; i < Sentences.Count; i++)
        {
            foreach (var term in Sentences[i].Terms)
            {
                if (lastSeen[term] == i + 1) continue;
                lastSeen[term] = i + 1;
                frequencies[term]++;
            }
        }
        return frequencies;
    }

    private void Read(Source source)
    {
        var number = Sentences.Count == 0 ? 0 : Sentences[^1].Source + 1;
        var title = Tokenizer.ReadTopical(Head(source.Title), Lexicon);
        var path = new List<string>();
        var headings = AddHeadings(title, path);
        int order = 0, leadIn = -1, passage = 0;
        foreach (var p in Passages.Read(source.Text))
        {
            passage++;
            if (p.Kind == PassageKind.Heading)
            {
                // One level suffices: a chunk rarely holds more than its own heading and a sub-heading.
                if (path.Count == 2) path.RemoveAt(1);
                path.Add(Head(p.Text));
                headings = AddHeadings(title, path);
                leadIn = p.Text[^1] is '?' or '？' ? AddSentence(p.Text, number, passage, p.Kind, order++, headings, -1) : -1;
                continue;
            }
            if (p.Kind == PassageKind.Prose && leadIn >= 0 && !Sentences[leadIn].IsQuestion) leadIn = -1;
            foreach (var text in SentenceSplitter.Split(p.Text))
            {
                var index = AddSentence(text, number, passage, p.Kind, order++, headings, leadIn);
                if (Sentences[index].IsQuestion || Sentences[index].IsLeadIn) leadIn = index;
            }
            if (p.Kind == PassageKind.Prose && leadIn >= 0 && Sentences[leadIn].Passage != passage) leadIn = -1;
        }
    }

    /// <summary>Each sentence group keeps its headings' terms, so a heading as long as a book must not count in full.</summary>
    private static string Head(string heading) => heading.Length <= LongestHeading ? heading : heading[..LongestHeading];

    private int AddHeadings(int[] title, List<string> path)
    {
        Headings.Add([.. title, .. path.SelectMany(h => Tokenizer.ReadTopical(h, Lexicon))]);
        return Headings.Count - 1;
    }

    private int AddSentence(string text, int source, int passage, PassageKind kind, int order, int headings, int leadIn)
    {
        _terms.Clear();
        Tokenizer.Read(text, Lexicon, _terms);
        _terms.RemoveAll(Lexicon.IsStop);
        Sentences.Add(new Sentence
        {
            Text = text,
            Source = source,
            Passage = passage,
            Kind = kind,
            Order = order,
            Terms = [.. _terms],
            Headings = headings,
            LeadIn = leadIn,
        });
        return Sentences.Count - 1;
    }
}
