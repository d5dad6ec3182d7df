using System.Buffers;

namespace Designer.Models.Onnx.Tokenizers.Models;

/// <summary>Joins neighbouring symbols in place, best rank first, leftmost first among equals. Two ways with one outcome: scanning, which
/// wins on ordinary words, and a heap over a linked list, which stays n·log n on a megabyte of one letter.</summary>
internal static class Merge
{
    public const int FewSymbols = 64;

    private const int None = int.MaxValue;

    public static long Pack(int rank, int joined) => (long)rank << 32 | (uint)joined;

    /// <summary>Returns how many symbols are left.</summary>
    public static int Few(Span<WordToken> symbols, PairTable merges)
    {
        int count = symbols.Length;
        Span<long> pairs = stackalloc long[FewSymbols];
        for (int i = 0; i + 1 < count; i++) pairs[i] = Rank(symbols, i, merges);
        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i < count - 1; i++)
                if (pairs[i] >> 32 < pairs[best] >> 32) best = i;
            if (pairs[best] >> 32 == None) break;
            symbols[best] = new WordToken((int)pairs[best], symbols[best + 1].End);
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            if (best + 2 < count) pairs[(best + 2)..count].CopyTo(pairs[(best + 1)..]);
            count--;
            if (best > 0) pairs[best - 1] = Rank(symbols, best - 1, merges);
            if (best + 1 < count) pairs[best] = Rank(symbols, best, merges);
        }
        return count;
    }

    private static long Rank(ReadOnlySpan<WordToken> symbols, int left, PairTable merges) =>
        merges.TryGet(symbols[left].Id, symbols[left + 1].Id, out long merge) ? merge : Pack(None, 0);

    /// <summary>Returns how many symbols are left.</summary>
    public static int Many(Span<WordToken> symbols, PairTable merges)
    {
        int[] links = ArrayPool<int>.Shared.Rent(symbols.Length * 2);
        try
        {
            Span<int> next = links.AsSpan(0, symbols.Length), previous = links.AsSpan(symbols.Length, symbols.Length);
            PriorityQueue<int, (int Rank, int At)> ahead = new(symbols.Length);
            for (int i = 0; i < symbols.Length; i++)
            {
                (previous[i], next[i]) = (i - 1, i + 1);
                Offer(symbols, i, i + 1, merges, ahead);
            }
            while (ahead.TryDequeue(out int joined, out (int Rank, int At) merge))
            {
                int left = merge.At, right = next[left];
                // The entry is stale when either side has been joined meanwhile.
                if (right < 0 || right >= symbols.Length || !merges.TryGet(symbols[left].Id, symbols[right].Id, out long now) || now != Pack(merge.Rank, joined)) continue;
                symbols[left] = new WordToken(joined, symbols[right].End);
                next[left] = next[right];
                next[right] = -1;
                if (next[left] < symbols.Length) previous[next[left]] = left;
                if (previous[left] >= 0) Offer(symbols, previous[left], left, merges, ahead);
                Offer(symbols, left, next[left], merges, ahead);
            }
            int count = 0;
            for (int at = 0; at < symbols.Length; at = next[at]) symbols[count++] = symbols[at];
            return count;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(links);
        }
    }

    private static void Offer(ReadOnlySpan<WordToken> symbols, int left, int right, PairTable merges, PriorityQueue<int, (int Rank, int At)> ahead)
    {
        if (right < symbols.Length && merges.TryGet(symbols[left].Id, symbols[right].Id, out long merge))
            ahead.Enqueue((int)merge, ((int)(merge >> 32), left));
    }
}
