using System.Text;
using System.Text.RegularExpressions;
using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Answering;

/// <summary>One thing a question is about: its term, other terms with the same meaning, and how much it matters.</summary>
internal sealed record QueryTerm(int Term, int[] Synonyms, double Weight)
{
    /// <summary>Two neighbouring characters of one Chinese run need not be a word.</summary>
    public bool MayBeNoWord { get; init; }
}

/// <summary>A question taken apart: what it is about and what kind of answer it waits for.</summary>
internal sealed partial record Question(string Text, AnswerKind Kind, IReadOnlyList<QueryTerm> Terms, IReadOnlySet<int> Units)
{
    private const double WeakWeight = 0.4;
    private const double EarlierWeight = 0.4;

    /// <summary>Of a longer message the end is taken: that is where people ask.</summary>
    private const int LongestQuestion = 4_000;

    public bool IsChinese => Tokenizer.IsMostlyCjk(Text);

    /// <param name="text">What the user asks now.</param>
    /// <param name="earlier">What the user asked before; a short follow-up leans on it.</param>
    public static Question Read(string text, string? earlier, Lexicon lexicon)
    {
        if (text.Length > LongestQuestion) text = text[^LongestQuestion..];
        if (earlier?.Length > LongestQuestion) earlier = earlier[^LongestQuestion..];
        var terms = new Dictionary<int, QueryTerm>();
        var kind = AnswerKinds.Of(text);
        AddTerms(text, kind, 1, lexicon, terms);
        if (earlier is not null && (terms.Count <= 2 || LeansOnEarlier().IsMatch(text))) AddTerms(earlier, kind, EarlierWeight, lexicon, terms);
        return new Question(text, kind, [.. terms.Values], ReadUnits(text, lexicon));
    }

    private static void AddTerms(string text, AnswerKind kind, double weight, Lexicon lexicon, Dictionary<int, QueryTerm> terms)
    {
        var lower = text.ToLowerInvariant();
        foreach (var run in CjkRuns(lower)) AddChinese(run, weight, lexicon, terms);
        foreach (Match word in LatinWord().Matches(lower))
        {
            var surface = word.Value.Trim('\'', '.');
            if (Words.Stop.Contains(surface)) continue;
            var read = Tokenizer.ReadTopical(surface, lexicon);
            foreach (var term in read) Add(terms, new QueryTerm(term, Synonyms(lexicon.Name(term), lexicon), weight * (Words.IsWeak(lexicon.Name(term), kind) ? WeakWeight : 1)));
        }
        foreach (var (phrase, single) in Words.Phrases)
        {
            if (!lower.Contains(phrase, StringComparison.Ordinal)) continue;
            // The phrase's own words stay; where one carries the topic it also means the single word.
            var meaning = lexicon.Term(single);
            var carrier = phrase.Split(' ').Select(w => lexicon.Term(w)).FirstOrDefault(terms.ContainsKey, -1);
            int[] others = [meaning, .. Synonyms(lexicon.Name(meaning), lexicon)];
            if (carrier >= 0) terms[carrier] = terms[carrier] with { Synonyms = [.. terms[carrier].Synonyms.Union(others)], Weight = weight };
            else Add(terms, new QueryTerm(meaning, others[1..], weight));
        }
    }

    private static int[] Synonyms(string stem, Lexicon lexicon) => [.. Words.Synonyms(stem).Select(s => lexicon.Term(s))];

    /// <summary>The runs of Chinese characters with the words of asking taken out.</summary>
    private static IEnumerable<string> CjkRuns(string text)
    {
        if (!Tokenizer.HasCjk(text)) yield break;
        var kept = new StringBuilder();
        var i = 0;
        while (i < text.Length)
        {
            var skip = LongestStopAt(text, i);
            if (skip == 0 && Tokenizer.IsCjk(text[i]))
            {
                kept.Append(text[i++]);
                continue;
            }
            if (kept.Length > 0) yield return kept.ToString();
            kept.Clear();
            i += Math.Max(1, skip);
        }
        if (kept.Length > 0) yield return kept.ToString();
    }

    private static int LongestStopAt(string text, int at)
    {
        for (var length = Math.Min(4, text.Length - at); length > 0; length--)
            if (Words.StopChinese.Contains(text.Substring(at, length))) return length;
        return 0;
    }

    private static void AddChinese(string run, double weight, Lexicon lexicon, Dictionary<int, QueryTerm> terms)
    {
        if (run.Length == 1)
        {
            Add(terms, new QueryTerm(lexicon.Term(run), [], weight * 0.2));
            return;
        }
        for (var i = 0; i + 1 < run.Length; i++)
        {
            var pair = run.Substring(i, 2);
            int[] synonyms = [.. Words.ChineseSynonyms(pair).Select(s => lexicon.Term(s))];
            Add(terms, new QueryTerm(lexicon.Term(pair), synonyms, weight) { MayBeNoWord = run.Length > 2 && synonyms.Length == 0 });
        }
    }

    private static void Add(Dictionary<int, QueryTerm> terms, QueryTerm term)
    {
        if (!terms.TryGetValue(term.Term, out var known) || known.Weight < term.Weight) terms[term.Term] = term;
    }

    /// <summary>What is counted: "how many <i>days</i>", "几<i>天</i>".</summary>
    private static HashSet<int> ReadUnits(string text, Lexicon lexicon)
    {
        var units = new HashSet<int>();
        foreach (Match match in CountedThing().Matches(text))
            foreach (var group in (IEnumerable<Group>)[match.Groups[1], match.Groups[2], match.Groups[3]])
                if (group.Success) units.UnionWith(Tokenizer.ReadTopical(group.Value.ToLowerInvariant(), lexicon));
        return units;
    }

    [GeneratedRegex(@"[\p{L}\p{N}-[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]][\p{L}\p{N}'.-[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]]*", RegexOptions.CultureInvariant)]
    private static partial Regex LatinWord();

    [GeneratedRegex(@"\bhow (?:many|much) (\p{L}+)(?: (\p{L}+))?|[几多少]{1,2}个?([天日周月年小时次元名位人份条张晚倍])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CountedThing();

    [GeneratedRegex(@"\b(?:it|that|this|they|them|those|these|there|one)\b|\A\W*(?:and|but|what about|how about|or)\b|那|它|这个|呢\W*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LeansOnEarlier();
}
