using Designer.Models.Onnx.Tokenizers;

namespace Designer.Models.Onnx.Constraints;

/// <summary>All tokens of a vocabulary by their bytes, as a tree laid out depth first: a walk goes forward through arrays, and past a whole branch
/// when its first byte is not allowed. Made once for a model.</summary>
public sealed class TokenTrie
{
    private const int LongestToken = 1024;

    private readonly List<byte> _labels = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _firstToken = [];
    private readonly int[] _tokens;

    /// <param name="endTokens">The tokens that end an answer; they are allowed where the text may end.</param>
    /// <param name="logits">How wide the model's logits are; ids beyond the vocabulary are never allowed.</param>
    public TokenTrie(Tokenizer tokenizer, IReadOnlyCollection<int> endTokens, int logits)
    {
        Tokenizer = tokenizer;
        Size = logits;
        EndTokens = [.. endTokens.Where(id => id >= 0 && id < logits).Distinct()];
        _tokens = [.. Enumerable.Range(0, Math.Min(logits, tokenizer.VocabularySize)).Where(id => !tokenizer.IsSpecial(id) && !EndTokens.Contains(id) && tokenizer.BytesOf(id).Length is > 0 and <= LongestToken)];
        byte[][] keys = [.. _tokens.Select(id => tokenizer.BytesOf(id).ToArray())];
        Array.Sort(keys, _tokens, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        Build(keys);
    }

    public Tokenizer Tokenizer { get; }

    /// <summary>How many ids a mask covers.</summary>
    public int Size { get; }

    public IReadOnlyList<int> EndTokens { get; }

    /// <summary>How many words a mask has.</summary>
    public int MaskLength => (Size + 63) / 64;

    internal int Nodes => _labels.Count;

    internal int Deepest { get; private set; }

    /// <summary>The byte that leads to a node.</summary>
    internal byte Label(int node) => _labels[node];

    /// <summary>The first node behind a node's branch.</summary>
    internal int EndOf(int node) => _ends[node];

    /// <summary>The tokens that end at a node.</summary>
    internal ReadOnlySpan<int> TokensAt(int node) => _tokens.AsSpan(_firstToken[node].._firstToken[node + 1]);

    /// <summary>Lays the sorted tokens out: each shares the path of the one before as far as their bytes agree.</summary>
    private void Build(byte[][] keys)
    {
        List<int> path = [];
        byte[] before = [];
        for (int i = 0; i < keys.Length; i++)
        {
            int shared = before.AsSpan().CommonPrefixLength(keys[i]);
            Close(path, shared);
            for (int at = shared; at < keys[i].Length; at++)
            {
                path.Add(_labels.Count);
                _labels.Add(keys[i][at]);
                _ends.Add(0);
                _firstToken.Add(0);
            }
            before = keys[i];
            Deepest = Math.Max(Deepest, keys[i].Length);
        }
        Close(path, 0);
        _firstToken.Add(keys.Length);
        FindTokens(keys);
    }

    private void Close(List<int> path, int length)
    {
        for (; path.Count > length; path.RemoveAt(path.Count - 1)) _ends[path[^1]] = _labels.Count;
    }

    /// <summary>A node's tokens are those between its own place in the order and its first child's.</summary>
    private void FindTokens(byte[][] keys)
    {
        int token = 0;
        List<int> path = [];
        for (int node = 0; node < _labels.Count; node++)
        {
            while (path.Count > 0 && _ends[path[^1]] <= node) path.RemoveAt(path.Count - 1);
            path.Add(node);
            _firstToken[node] = token;
            // In sorted order the next token is at this node or below it, so it ends here if it is as long; others of the same bytes follow it.
            if (token == keys.Length || keys[token].Length != path.Count) continue;
            for (token++; token < keys.Length && keys[token].AsSpan().SequenceEqual(keys[token - 1]);) token++;
        }
    }
}
