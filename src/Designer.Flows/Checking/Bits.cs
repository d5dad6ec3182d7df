namespace Designer.Flows;

/// <summary>A set of small numbers. Analyses over 2,000 nodes stay far below a second with it.</summary>
internal readonly struct Bits(int size)
{
    private readonly ulong[] _words = new ulong[(size + 63) / 64];

    public bool this[int index] => (_words[index >> 6] >> (index & 63) & 1) != 0;

    public void Add(int index) => _words[index >> 6] |= 1UL << (index & 63);

    public void Union(Bits other)
    {
        for (int i = 0; i < _words.Length; i++) _words[i] |= other._words[i];
    }

    public void Intersect(Bits other)
    {
        for (int i = 0; i < _words.Length; i++) _words[i] &= other._words[i];
    }

    public IEnumerable<int> Items()
    {
        for (int word = 0; word < _words.Length; word++)
        {
            for (ulong rest = _words[word]; rest != 0; rest &= rest - 1) yield return (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(rest);
        }
    }
}
