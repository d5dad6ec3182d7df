namespace Designer.Knowledge;

/// <summary>
/// Light stemming: plural, past, progressive and the commonest nouns made of verbs (approval, cancellation, reimbursement) meet their verb.
/// Stems need not be words; they only have to be the same in a text and in a question.
/// </summary>
internal static class EnglishStem
{
    public static string Of(string word)
    {
        if (word.Length <= 3 || word.AsSpan().ContainsAnyExceptInRange('a', 'z')) return word;
        return LastLetters(VerbForm(NounOfVerb(Plural(word))));
    }

    private static string Plural(string word)
    {
        if (Ends(word, "ies")) return word.Length > 4 ? word[..^3] + "y" : word[..^1];
        if (Ends(word, "sses") || Ends(word, "shes") || Ends(word, "ches") || Ends(word, "xes") || Ends(word, "zzes")) return word[..^2];
        return word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') ? word[..^1] : word;
    }

    // The least lengths keep "document" from "docu" and "nation" from "n".
    private static string NounOfVerb(string word) => word.Length switch
    {
        >= 9 when Ends(word, "ment") => word[..^4],
        >= 9 when Ends(word, "ation") => word[..^5],
        >= 8 when Ends(word, "tion") || Ends(word, "sion") => word[..^3],
        >= 7 when Ends(word, "val") || Ends(word, "wal") => word[..^2],
        _ => word,
    };

    private static string VerbForm(string word)
    {
        if (word.Length > 4 && Ends(word, "ied")) return word[..^3] + "y";
        string stem = word.Length > 5 && Ends(word, "ing") ? word[..^3]
            : word.Length > 4 && Ends(word, "ed") && word[^3] != 'e' ? word[..^2]
            : word;
        if (!stem.Any(c => IsVowel(c) || c == 'y')) return word;
        return stem.Length >= 6 && stem != word && Ends(stem, "at") && !Ends(stem, "eat") ? stem + "e" : stem;
    }

    // "terminate" meets "termination", "approve" meets "approving", "carry" meets "carries", "cancel" meets "cancelled".
    private static string LastLetters(string word)
    {
        if (word.Length >= 7 && Ends(word, "ate")) return word[..^3];
        if (word.Length <= 3) return word;
        if (word[^1] == 'e') return word[..^1];
        if (word[^1] == 'y' && !IsVowel(word[^2])) return word[..^1] + "i";
        return word[^1] == word[^2] && word[^1] is not ('s' or 'z' or 'f') && !IsVowel(word[^1]) ? word[..^1] : word;
    }

    private static bool Ends(string word, string ending) => word.EndsWith(ending, StringComparison.Ordinal);

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u';
}
