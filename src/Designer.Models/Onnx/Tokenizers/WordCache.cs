using Designer.Models.Onnx.Tokenizers.Models;

namespace Designer.Models.Onnx.Tokenizers;

/// <summary>Remembers how words were cut. One slot for each hash, the last word wins: bounded, without locks, and collisions cost nothing but a
/// second cut.</summary>
internal sealed class WordCache
{
    private const int Slots = 1 << 14;
    private const int LongestWord = 48;

    private readonly Entry?[] _slots = new Entry?[Slots];

    private sealed record Entry(string Word, WordToken[] Tokens);

    public bool TryGet(ReadOnlySpan<char> word, out ReadOnlySpan<WordToken> tokens)
    {
        tokens = default;
        if (word.Length > LongestWord || _slots[Slot(word)] is not { } entry || !word.SequenceEqual(entry.Word)) return false;
        tokens = entry.Tokens;
        return true;
    }

    public void Add(ReadOnlySpan<char> word, ReadOnlySpan<WordToken> tokens)
    {
        if (word.Length <= LongestWord) Volatile.Write(ref _slots[Slot(word)], new Entry(word.ToString(), tokens.ToArray()));
    }

    private static int Slot(ReadOnlySpan<char> word)
    {
        uint hash = (uint)word.Length;
        foreach (char c in word) hash = (hash ^ c) * 0x01000193;
        return (int)((hash ^ hash >> 15) & Slots - 1);
    }
}
