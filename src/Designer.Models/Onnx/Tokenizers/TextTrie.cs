namespace Designer.Models.Onnx.Tokenizers;

/// <summary>A prefix tree over UTF-16 text with an id at the end of each entry.</summary>
internal sealed class TextTrie
{
    private readonly PairTable _next;
    private readonly List<int> _ids = [-1];

    public TextTrie(IEnumerable<KeyValuePair<string, int>> entries)
    {
        _next = new PairTable(1024);
        foreach ((string text, int id) in entries) Add(text, id);
    }

    /// <summary>The node a text starts from.</summary>
    public const int Root = 0;

    /// <summary>The node after one more character, or −1.</summary>
    public int Next(int node, char character) => _next.TryGet(node, character, out long next) ? (int)next : -1;

    /// <summary>The id of the entry that ends at a node, or −1.</summary>
    public int IdAt(int node) => _ids[node];

    /// <summary>The longest entry at the beginning of a text, or −1 and 0.</summary>
    public (int Id, int Length) Longest(ReadOnlySpan<char> text)
    {
        (int Id, int Length) best = (-1, 0);
        int node = Root;
        for (int i = 0; i < text.Length && (node = Next(node, text[i])) >= 0; i++)
            if (_ids[node] >= 0) best = (_ids[node], i + 1);
        return best;
    }

    private void Add(string text, int id)
    {
        int node = Root;
        foreach (char c in text)
        {
            if (!_next.TryGet(node, c, out long next))
            {
                next = _ids.Count;
                _next.TryAdd(node, c, next);
                _ids.Add(-1);
            }
            node = (int)next;
        }
        _ids[node] = id;
    }
}
