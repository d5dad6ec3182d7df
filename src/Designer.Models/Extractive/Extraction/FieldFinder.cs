using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Designer.Models.Extractive.Summaries;
using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Extraction;

/// <summary>Looks one field up in a text: beside its label first, then by its pattern where only one reading is likely.</summary>
internal sealed partial class FieldFinder(string text)
{
    private const int Nearby = 200;
    private const int MostValues = 50;

    private readonly string _text = text.Length > 200_000 ? text[..200_000] : text;
    private readonly HashSet<int> _taken = [];

    public JsonNode? Find(Field field) => field.Kind switch
    {
        FieldKind.Summary => NullIfEmpty(Summarizer.Summarize(_text, new SummaryRequest(true, false, 2, null, false))),
        FieldKind.Title => NullIfEmpty(Labelled(field) ?? Titler.Title(_text)),
        FieldKind.Choice => Choice(field),
        FieldKind.Boolean => Truth(field),
        FieldKind.PersonName => NullIfEmpty(Labelled(field) ?? Name()),
        FieldKind.Text => NullIfEmpty(Labelled(field)),
        FieldKind.Identifier => NullIfEmpty(Identifier(field)),
        _ => Pattern(field),
    };

    public IEnumerable<JsonNode?> FindAll(Field field)
    {
        if (field.Kind == FieldKind.Choice) return field.Choices.Where(c => Mentions(_text, c)).Select(c => (JsonNode?)c);
        if (Values.PatternOf(field.Kind) is { } pattern && field.Kind is not (FieldKind.Number or FieldKind.Integer))
            return pattern.Matches(_text).Select(m => Values.Read(field.Kind, m)).OfType<JsonNode>().DistinctBy(n => n.ToJsonString()).Take(MostValues);
        return (Labelled(field) ?? "").Split([',', ';', '、', '，', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostValues).Select(v => (JsonNode?)v);
    }

    /// <summary>What stands after "label:", else after "label is".</summary>
    private string? Labelled(Field field) => field.Labels.Select(l => Labels.ValueOf(_text, l)).FirstOrDefault(v => v is not null)
        ?? field.Labels.Where(l => l.Length > 2 || Tokenizer.HasCjk(l)).Select(l => Labels.StatedValueOf(_text, l)).FirstOrDefault(v => v is not null);

    private JsonNode? Pattern(Field field)
    {
        if (Values.PatternOf(field.Kind) is not { } pattern) return null;
        if (Labelled(field) is { } beside && pattern.Match(beside) is { Success: true } inLabel && Values.Read(field.Kind, inLabel) is { } value) return value;
        var best = (Match: default(Match), Distance: int.MaxValue);
        foreach (var match in pattern.Matches(_text).Take(500))
        {
            if (_taken.Contains(match.Index) || Values.Read(field.Kind, match) is null) continue;
            var distance = DistanceToLabel(field, match);
            if (distance < best.Distance || best.Match is null) best = (match, distance);
        }
        // A bare number says nothing without a word of its label nearby; an e-mail address or a date speaks for itself.
        if (best.Match is null || (best.Distance == int.MaxValue && field.Kind is FieldKind.Number or FieldKind.Integer)) return null;
        _taken.Add(best.Match.Index);
        return Values.Read(field.Kind, best.Match);
    }

    /// <summary>Characters between the value and the nearest word of the label in the same sentence; the largest int when there is none.</summary>
    private int DistanceToLabel(Field field, Match match)
    {
        var start = _text.LastIndexOfAny(['\n', '.', '。', ';', '!', '?'], Math.Max(0, match.Index - 1)) + 1;
        if (start > match.Index) start = match.Index;
        var end = _text.IndexOfAny(['\n', '。', ';', '!', '?'], match.Index + match.Length);
        if (end < 0) end = _text.Length;
        (start, end) = (Math.Max(start, match.Index - Nearby), Math.Min(end, match.Index + match.Length + Nearby));
        var nearest = int.MaxValue;
        foreach (var word in field.Labels.Concat(field.Description.Length > 0 ? DescriptionWords(field.Description) : []))
        {
            var at = _text.IndexOf(word, start, end - start, StringComparison.OrdinalIgnoreCase);
            if (at < 0 && word.Length > 4 && !Tokenizer.HasCjk(word)) at = _text.IndexOf(Stemmer.Stem(word), start, end - start, StringComparison.OrdinalIgnoreCase);
            if (at >= 0) nearest = Math.Min(nearest, at < match.Index ? match.Index - at : (at - match.Index - match.Length) * 2);
        }
        return nearest;
    }

    private static IEnumerable<string> DescriptionWords(string description) =>
        Word().Matches(description.ToLowerInvariant()).Select(m => m.Value).Where(w => w.Length > 2 && !Words.Stop.Contains(w) && !Words.IsWeak(Stemmer.Stem(w), Answering.AnswerKind.Any));

    private string? Identifier(Field field)
    {
        var beside = Labelled(field);
        if (beside is not null && IdentifierPattern().Match(beside) is { Success: true } labelled) return labelled.Value.TrimStart('#');
        foreach (var label in field.Labels)
        {
            var head = label.Split(' ')[0];
            var match = Regex.Match(_text, $@"(?<![\p{{L}}]){Regex.Escape(head)}(?:\s{{1,3}}(?:number|no\.?|id|code|ref(?:erence)?))?\s{{0,3}}(?:[:：#]|is|是|为)?\s{{0,3}}#?((?=[A-Za-z-]{{0,20}}\d)[A-Za-z0-9][A-Za-z0-9-]{{1,40}})", Loose);
            if (match.Success) return match.Groups[1].Value;
        }
        return null;
    }

    private string? Name()
    {
        var match = SaysName().Match(_text);
        return match.Success ? match.Groups.Cast<Group>().Skip(1).First(g => g.Success).Value.Trim() : null;
    }

    private JsonNode? Choice(Field field)
    {
        var beside = Labelled(field);
        foreach (var where in (string?[])[beside, _text])
            if (where is not null && field.Choices.Where(c => Mentions(where, c)).MaxBy(c => c.Length) is { } mentioned) return mentioned;
        var labels = field.Choices.Select(c => new ClassLabel(c)).ToArray();
        var scores = ExtractiveClassifier.RawScores(beside ?? _text, labels);
        var best = Array.IndexOf(scores, scores.Max());
        return scores[best] > 0 ? field.Choices[best] : null;
    }

    private JsonNode? Truth(Field field)
    {
        if (Labelled(field) is { } beside)
        {
            if (Yes().IsMatch(beside)) return true;
            if (No().IsMatch(beside)) return false;
        }
        foreach (var sentence in SentenceSplitter.Split(_text))
            if (field.Labels.Any(l => Mentions(sentence, Core(l)))) return !No().IsMatch(sentence);
        return null;

        static string Core(string label) => label.StartsWith("is ", StringComparison.Ordinal) || label.StartsWith("has ", StringComparison.Ordinal) ? label[(label.IndexOf(' ', StringComparison.Ordinal) + 1)..] : label;
    }

    private static bool Mentions(string where, string what)
    {
        var words = what.Replace('_', ' ').Replace('-', ' ');
        foreach (var form in (string[])[what, words])
        {
            for (var at = where.IndexOf(form, StringComparison.OrdinalIgnoreCase); form.Length > 0 && at >= 0; at = where.IndexOf(form, at + 1, StringComparison.OrdinalIgnoreCase))
            {
                var end = at + form.Length;
                if (Tokenizer.HasCjk(form) || ((at == 0 || !char.IsLetterOrDigit(where[at - 1])) && (end == where.Length || !char.IsLetterOrDigit(where[end])))) return true;
            }
        }
        return false;
    }

    private static JsonValue? NullIfEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : JsonValue.Create(value);

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"[\p{L}]{2,}", Loose)]
    private static partial Regex Word();

    [GeneratedRegex(@"#?(?=[A-Za-z-]{0,20}\d)[A-Za-z0-9][A-Za-z0-9/-]{0,40}", Loose)]
    private static partial Regex IdentifierPattern();

    [GeneratedRegex(@"(?:[Mm]y name is|[Tt]his is|I am|I'm)\s+((?:\p{Lu}[\p{L}'-]+\s?){1,3})|(?:[Rr]egards|[Ss]incerely|[Tt]hanks|[Tt]hank you|[Bb]est|[Cc]heers),?\s*\n+\s*((?:\p{Lu}[\p{L}'.-]+ ?){1,3})|\b(?:Mr|Mrs|Ms|Dr)\.?\s+((?:\p{Lu}[\p{L}'-]+\s?){1,2})|(?:我叫|我是|我的名字是)\s*([\u4e00-\u9fff]{2,4})", RegexOptions.CultureInvariant)]
    private static partial Regex SaysName();

    [GeneratedRegex(@"\b(?:yes|true|y|on|required|enabled)\b|是|有|对", Loose)]
    private static partial Regex Yes();

    [GeneratedRegex(@"\b(?:no|not|false|never|without|none|n|off|isn't|don't|doesn't|cannot|can't)\b|不|否|没|无", Loose)]
    private static partial Regex No();
}
