namespace Designer.Models.Extractive.Text;

/// <summary>Reduces English words to a common stem, after the rules of M. F. Porter ("An algorithm for suffix stripping", 1980), with
/// common irregular forms first.</summary>
internal static class Stemmer
{
    private static readonly Dictionary<string, string> s_irregular = Pairs(
        "children child men man women woman people person paid pay bought buy took take taken take went go gone go sent send told tell "
        + "wrote write written write made make held hold kept keep gave give given give began begin begun begin lost lose found find met meet "
        + "spent spend flew fly flown fly drove drive driven drive chose choose chosen choose broke break broken break stole steal stolen steal "
        + "ate eat eaten eat taught teach brought bring thought think sold sell built build led lead knew know known know said say ran run "
        + "feet foot mice mouse analyses analysis criteria criterion died die dying die lying lie tying tie");

    private static readonly (string From, string To)[] s_step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ];

    private static readonly (string From, string To)[] s_step3 =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] s_step4 =
    [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "al", "er", "ic", "ou",
    ];

    /// <summary><paramref name="word"/> must be lower case.</summary>
    public static string Stem(string word)
    {
        if (word.Length < 3) return word;
        foreach (var c in word)
            if (c is < 'a' or > 'z') return word;
        if (s_irregular.TryGetValue(word, out var regular)) word = regular;
        if (word.Length < 3) return word;
        word = Plural(word);
        word = PastAndGerund(word);
        if (word.Length > 2 && word[^1] == 'y' && HasVowel(word.AsSpan(0, word.Length - 1))) word = word[..^1] + "i";
        word = Replace(word, s_step2, 0);
        word = Replace(word, s_step3, 0);
        word = Drop(word);
        return Tidy(word);
    }

    private static string Plural(string w)
    {
        if (w.EndsWith("sses", StringComparison.Ordinal)) return w[..^2];
        if (w.EndsWith("ies", StringComparison.Ordinal)) return w.Length > 4 ? w[..^2] : w[..^1];
        if (w.EndsWith("us", StringComparison.Ordinal) || w.EndsWith("ss", StringComparison.Ordinal) || w.EndsWith("is", StringComparison.Ordinal)) return w;
        return w[^1] == 's' ? w[..^1] : w;
    }

    private static string PastAndGerund(string w)
    {
        if (w.EndsWith("eed", StringComparison.Ordinal)) return Measure(w.AsSpan(0, w.Length - 3)) > 0 ? w[..^1] : w;
        string stem;
        if (w.EndsWith("ed", StringComparison.Ordinal)) stem = w[..^2];
        else if (w.EndsWith("ing", StringComparison.Ordinal)) stem = w[..^3];
        else return w;
        if (!HasVowel(stem)) return w;
        if (stem.EndsWith("at", StringComparison.Ordinal) || stem.EndsWith("bl", StringComparison.Ordinal) || stem.EndsWith("iz", StringComparison.Ordinal)) return stem + "e";
        if (EndsDouble(stem) && stem[^1] is not ('l' or 's' or 'z')) return stem[..^1];
        return Measure(stem) == 1 && EndsShort(stem) ? stem + "e" : stem;
    }

    private static string Replace(string w, (string From, string To)[] rules, int least)
    {
        foreach (var (from, to) in rules)
            if (w.EndsWith(from, StringComparison.Ordinal))
                return Measure(w.AsSpan(0, w.Length - from.Length)) > least ? w[..^from.Length] + to : w;
        return w;
    }

    private static string Drop(string w)
    {
        if (w.EndsWith("sion", StringComparison.Ordinal) || w.EndsWith("tion", StringComparison.Ordinal))
            return Measure(w.AsSpan(0, w.Length - 3)) > 1 ? w[..^3] : w;
        return Replace(w, [.. s_step4.Select(s => (s, ""))], 1);
    }

    private static string Tidy(string w)
    {
        if (w.Length > 2 && w[^1] == 'e')
        {
            var m = Measure(w.AsSpan(0, w.Length - 1));
            if (m > 1 || (m == 1 && !EndsShort(w.AsSpan(0, w.Length - 1)))) w = w[..^1];
        }
        return w.Length > 2 && w.EndsWith("ll", StringComparison.Ordinal) && Measure(w) > 1 ? w[..^1] : w;
    }

    private static bool IsConsonant(ReadOnlySpan<char> w, int i) => w[i] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => i == 0 || !IsConsonant(w, i - 1),
        _ => true,
    };

    /// <summary>How many vowel-consonant turns the word has.</summary>
    private static int Measure(ReadOnlySpan<char> w)
    {
        var turns = 0;
        var vowelBefore = false;
        for (var i = 0; i < w.Length; i++)
        {
            var consonant = IsConsonant(w, i);
            if (consonant && vowelBefore) turns++;
            vowelBefore = !consonant;
        }
        return turns;
    }

    private static bool HasVowel(ReadOnlySpan<char> w)
    {
        for (var i = 0; i < w.Length; i++)
            if (!IsConsonant(w, i)) return true;
        return false;
    }

    private static bool EndsDouble(string w) => w.Length > 1 && w[^1] == w[^2] && IsConsonant(w, w.Length - 1);

    private static bool EndsShort(ReadOnlySpan<char> w) =>
        w.Length > 2 && IsConsonant(w, w.Length - 1) && !IsConsonant(w, w.Length - 2) && IsConsonant(w, w.Length - 3) && w[^1] is not ('w' or 'x' or 'y');

    private static Dictionary<string, string> Pairs(string list)
    {
        var words = list.Split(' ');
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < words.Length; i += 2) pairs[words[i]] = words[i + 1];
        return pairs;
    }
}
