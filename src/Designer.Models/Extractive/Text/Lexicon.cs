namespace Designer.Models.Extractive.Text;

/// <summary>Numbers the terms of one call, so that the rest compares integers. Surface forms are stemmed once.</summary>
internal sealed class Lexicon
{
    private readonly Dictionary<string, int> _surfaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Dictionary<string, int> _stems = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<bool> _stops = [];

    public Lexicon() => _bySpan = _surfaces.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count => _names.Count;

    public string Name(int term) => _names[term];

    /// <summary>Words like "the" that carry no topic.</summary>
    public bool IsStop(int term) => _stops[term];

    /// <summary>The number of a lower-case word's stem.</summary>
    public int Term(ReadOnlySpan<char> surface)
    {
        if (_bySpan.TryGetValue(surface, out var term)) return term;
        var word = surface.ToString();
        // Stop words keep a number of their own: "as" must not become the stem of another word.
        term = Words.Stop.Contains(word) ? Stem("\u0001" + word, stop: true) : Stem(Stemmer.Stem(word), stop: false);
        _surfaces[word] = term;
        return term;
    }

    /// <summary>The number of a stem, or -1 when no text has it.</summary>
    public int FindStem(string stem) => _stems.GetValueOrDefault(stem, -1);

    private int Stem(string stem, bool stop)
    {
        if (_stems.TryGetValue(stem, out var term)) return term;
        term = _names.Count;
        _names.Add(stem);
        _stops.Add(stop);
        _stems[stem] = term;
        return term;
    }
}
