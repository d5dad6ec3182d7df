namespace Designer.Models.Onnx.Tokenizers;

/// <summary>Tokens by id and ids by token. Ids without a token (gaps, padding of the embedding matrix) hold null.</summary>
internal sealed class Vocabulary
{
    /// <summary>No known model comes near; a file that claims more is broken or hostile.</summary>
    public const int MostTokens = 4_000_000;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly string?[] _tokens;

    public Vocabulary(IEnumerable<KeyValuePair<string, int>> entries)
    {
        _ids = new Dictionary<string, int>(StringComparer.Ordinal);
        int highest = -1;
        foreach ((string token, int id) in entries)
        {
            if (id is < 0 or >= MostTokens) throw BadFolder.Because($"The token '{token}' has the id {id}, which is outside 0 to {MostTokens - 1:N0}.");
            _ids[token] = id;
            highest = Math.Max(highest, id);
        }
        _tokens = new string?[highest + 1];
        foreach ((string token, int id) in _ids) _tokens[id] = token;
        _bySpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The highest id plus one.</summary>
    public int Size => _tokens.Length;

    public IEnumerable<KeyValuePair<string, int>> Entries => _ids;

    public string? TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    /// <summary>The token's id, or −1.</summary>
    public int IdOf(ReadOnlySpan<char> token) => _bySpan.TryGetValue(token, out int id) ? id : -1;
}
