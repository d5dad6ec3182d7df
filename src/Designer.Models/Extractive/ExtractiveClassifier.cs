using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive;

/// <summary>A class a text may belong to.</summary>
public sealed record ClassLabel(string Name, string? Description = null, IReadOnlyList<string>? Examples = null);

/// <summary>The chosen class, how sure the choice is (0 to 1), and the share of each class, by name; shares add up to 1.</summary>
public sealed record Classification(string Label, double Confidence, IReadOnlyDictionary<string, double> Scores);

/// <summary>Puts a text into one of several classes by comparing its words with each class's name, description and examples: TF-IDF
/// similarity over stems and pairs of stems, and naive Bayes over the examples. Deterministic.</summary>
public static class ExtractiveClassifier
{
    private const double NameWeight = 2;
    private const double SynonymWeight = 0.5;
    private const double BayesWeight = 0.5;
    private const double Smoothing = 0.3;

    /// <summary>How sharply a difference in score becomes a difference in share.</summary>
    private const double Sharpness = 7;

    /// <summary>Throws <see cref="ArgumentException"/> when there are no labels. A text that shares no word with any class goes to a class named
    /// like "other" when there is one, else to the first, with equal shares.</summary>
    public static Classification Classify(string text, IReadOnlyList<ClassLabel> labels)
    {
        ArgumentOutOfRangeException.ThrowIfZero(labels.Count);
        var raw = RawScores(text, labels);
        var best = Enumerable.Range(0, labels.Count).MaxBy(i => raw[i]);
        if (raw[best] <= 0) best = Math.Max(0, IndexOfOther(labels));
        var top = raw.Max();
        var shares = raw.Select(s => Math.Exp(Sharpness * (s - top))).ToArray();
        var sum = shares.Sum();
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < labels.Count; i++) scores[labels[i].Name] = scores.GetValueOrDefault(labels[i].Name) + shares[i] / sum;
        return new Classification(labels[best].Name, scores[labels[best].Name], scores);
    }

    /// <summary>One score per label; all zero when the text shares nothing with any.</summary>
    internal static double[] RawScores(string text, IReadOnlyList<ClassLabel> labels)
    {
        var lexicon = new Lexicon();
        var profiles = labels.Select(l => new Profile(l, lexicon)).ToArray();
        var asked = Features(text, lexicon, 1);
        var idf = InverseFrequencies(profiles);
        var query = Weigh(WithSynonyms(asked, lexicon, idf), idf);
        var bayes = Bayes(asked, profiles);
        var scores = new double[labels.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            var whole = Cosine(query, Weigh(profiles[i].All, idf));
            var nearest = profiles[i].Examples.Count == 0 ? whole : profiles[i].Examples.Max(e => Cosine(query, Weigh(e, idf)));
            scores[i] = 0.5 * whole + 0.5 * nearest;
        }
        // Naive Bayes decides between classes that share words with the text; alone it would favour the class with the fewest words.
        if (bayes is not null && scores.Any(s => s > 0))
            for (var i = 0; i < scores.Length; i++) scores[i] += BayesWeight * bayes[i] * scores.Max();
        return scores;
    }

    private static int IndexOfOther(IReadOnlyList<ClassLabel> labels)
    {
        string[] names = ["other", "others", "general", "unknown", "none", "misc", "anything else", "其他", "其它", "一般"];
        return labels.Select((l, i) => (l, i)).Where(p => names.Contains(p.l.Name.Trim().ToLowerInvariant())).Select(p => p.i).FirstOrDefault(-1);
    }

    private static Dictionary<long, double> Features(string text, Lexicon lexicon, double weight)
    {
        var features = new Dictionary<long, double>();
        var before = -1;
        foreach (var term in Tokenizer.ReadTopical(text, lexicon))
        {
            features[term] = features.GetValueOrDefault(term) + weight;
            if (before >= 0)
            {
                var pair = ((long)(before + 1) << 32) | (uint)term;
                features[pair] = features.GetValueOrDefault(pair) + weight;
            }
            before = term;
        }
        return features;
    }

    private static Dictionary<long, double> WithSynonyms(Dictionary<long, double> asked, Lexicon lexicon, Dictionary<long, double> idf)
    {
        var all = new Dictionary<long, double>(asked);
        foreach (var (feature, weight) in asked)
        {
            if (feature > int.MaxValue) continue;
            var name = lexicon.Name((int)feature);
            foreach (var other in Words.Synonyms(name).Concat(Words.ChineseSynonyms(name)))
                if (lexicon.FindStem(other) is var term and >= 0 && idf.ContainsKey(term) && !asked.ContainsKey(term)) all[term] = Math.Max(all.GetValueOrDefault(term), weight * SynonymWeight);
        }
        return all;
    }

    private static Dictionary<long, double> InverseFrequencies(Profile[] profiles)
    {
        // A class is one document however many examples it has: what tells classes apart is in few classes.
        var frequency = new Dictionary<long, int>();
        foreach (var profile in profiles)
            foreach (var feature in profile.All.Keys) frequency[feature] = frequency.GetValueOrDefault(feature) + 1;
        return frequency.ToDictionary(f => f.Key, f => Math.Log(1 + (profiles.Length + 0.5) / (f.Value + 0.5)));
    }

    private static Dictionary<long, double> Weigh(Dictionary<long, double> features, Dictionary<long, double> idf)
    {
        var unseen = Math.Log(2);
        return features.ToDictionary(f => f.Key, f => (1 + Math.Log(Math.Max(1, f.Value))) * Math.Min(1, f.Value) * idf.GetValueOrDefault(f.Key, unseen) * (f.Key > int.MaxValue ? 0.7 : 1));
    }

    private static double Cosine(Dictionary<long, double> a, Dictionary<long, double> b)
    {
        if (a.Count == 0 || b.Count == 0) return 0;
        double dot = 0;
        foreach (var (feature, weight) in a) dot += weight * b.GetValueOrDefault(feature);
        return dot == 0 ? 0 : dot / Math.Sqrt(a.Values.Sum(v => v * v) * b.Values.Sum(v => v * v));
    }

    /// <summary>The share each class has by naive Bayes, or null without examples or without a known word.</summary>
    private static double[]? Bayes(Dictionary<long, double> asked, Profile[] profiles)
    {
        if (!profiles.All(p => p.Examples.Count > 0)) return null;
        var known = asked.Keys.Where(f => profiles.Any(p => p.All.ContainsKey(f))).ToArray();
        if (known.Length == 0) return null;
        var vocabulary = profiles.SelectMany(p => p.All.Keys).Distinct().Count();
        var logs = profiles.Select(p => known.Sum(f => Math.Log((p.All.GetValueOrDefault(f) + Smoothing) / (p.Total + Smoothing * vocabulary)))).ToArray();
        var top = logs.Max();
        var shares = logs.Select(l => Math.Exp(l - top)).ToArray();
        return [.. shares.Select(s => s / shares.Sum())];
    }

    private sealed class Profile
    {
        public Profile(ClassLabel label, Lexicon lexicon)
        {
            Merge(Features(label.Name.Replace('_', ' ').Replace('-', ' '), lexicon, NameWeight));
            if (label.Description is { Length: > 0 } description) Merge(Features(description, lexicon, 1));
            foreach (var example in label.Examples ?? [])
            {
                var features = Features(example, lexicon, 1);
                Examples.Add(features);
                Merge(features);
            }
            Total = All.Values.Sum();
        }

        public Dictionary<long, double> All { get; } = [];
        public List<Dictionary<long, double>> Examples { get; } = [];
        public double Total { get; }

        private void Merge(Dictionary<long, double> features)
        {
            foreach (var (feature, weight) in features) All[feature] = All.GetValueOrDefault(feature) + weight;
        }
    }
}
