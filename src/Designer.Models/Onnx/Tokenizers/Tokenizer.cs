using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Designer.Models.Onnx.Tokenizers.Decoding;
using Designer.Models.Onnx.Tokenizers.Models;
using Designer.Models.Onnx.Tokenizers.Normalizing;
using Designer.Models.Onnx.Tokenizers.PreTokenizing;

namespace Designer.Models.Onnx.Tokenizers;

/// <summary>What a tokenizer is made of, as a reader found it.</summary>
internal sealed record TokenizerParts(TokenModel Model, IReadOnlyList<AddedToken> Added, Normalizer? Normalizer, PreTokenizer? PreTokenizer, bool ByteLevel,
    PostProcessor PostProcessor, DecodingRules Decoding);

/// <summary>Text to tokens and back, as the model was trained on them. Safe for several threads.</summary>
public sealed class Tokenizer
{
    /// <summary>Stands in a special token that is meant as letters, so that it is not found. Unicode keeps this code point for such uses.</summary>
    private const char Letters = '\uFDD0';

    private static readonly ReplaceNormalizer s_withoutMarks = new(Letters.ToString(), "");

    private readonly TokenizerParts _parts;
    private readonly PreTokenizer? _preTokenizer;
    private readonly AddedTokens? _plain;
    private readonly AddedTokens? _normalized;
    private readonly AddedTokens? _control;
    private readonly HashSet<int> _special;
    private readonly WordCache _cache = new();
    private readonly Lazy<TokenBytes> _bytes;
    private readonly Vocabulary _all;

    internal Tokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _preTokenizer = parts.Model.CutsBeforeSpaceMarks
            ? new SequencePreTokenizer(parts.PreTokenizer is null ? [new SpaceMarkCut()] : [parts.PreTokenizer, new SpaceMarkCut()]) : parts.PreTokenizer;
        _plain = Find(parts.Added.Where(t => !t.Normalized), text => text);
        _normalized = Find(parts.Added.Where(t => t.Normalized), text => Normalize(new TracedText(text, AtStart: true)).Text);
        // Wherever it stands: a mark too many does no harm.
        _control = Find(parts.Added.Where(t => t.Special).Select(t => t with { SingleWord = false, Left = false, Right = false }), text => text);
        _special = [.. parts.Added.Where(t => t.Special).Select(t => t.Id)];
        _all = new Vocabulary([.. parts.Model.Vocabulary.Entries, .. parts.Added.Select(t => KeyValuePair.Create(t.Content, t.Id))]);
        _bytes = new Lazy<TokenBytes>(() => new TokenBytes(_all, parts.Decoding));

        static AddedTokens? Find(IEnumerable<AddedToken> tokens, Func<string, string> write) => tokens.ToArray() is { Length: > 0 } some ? new AddedTokens(some, write) : null;
    }

    /// <summary>Reads <c>tokenizer.json</c> or, if there is none, <c>tokenizer.model</c>.</summary>
    /// <exception cref="ModelException">There is neither, or it is damaged, or asks for something that is not supported.</exception>
    public static Tokenizer Load(string folder) => Load(new ModelFolderFiles(folder));

    internal static Tokenizer Load(ModelFolderFiles files) => Reading.TokenizerFolder.Load(files);

    /// <summary>The highest id plus one. A model's logits may be wider.</summary>
    public int VocabularySize => _all.Size;

    /// <summary>A token's id, or null.</summary>
    public int? IdOf(string token) => _all.IdOf(token) is >= 0 and int id ? id : null;

    /// <summary>A token as the vocabulary writes it, or null.</summary>
    public string? TokenOf(int id) => _all.TokenOf(id);

    /// <summary>Whether a token controls the model (begin, end, roles) and is no part of what is said.</summary>
    public bool IsSpecial(int id) => _special.Contains(id);

    /// <summary>The bytes a token stands for in the middle of a text.</summary>
    public ReadOnlyMemory<byte> BytesOf(int id) => _bytes.Value.Memory(id);

    /// <summary>A text whose special tokens will be read as the letters they are written with. What people, documents and tools say goes through this
    /// before it is put into a prompt; otherwise it could end its turn and speak as the system.</summary>
    public string AsText(string text)
    {
        text = text.Replace(Letters.ToString(), "", StringComparison.Ordinal);
        List<(int Start, int End, int Id)> parts = _control?.Split(text) ?? [];
        if (parts.TrueForAll(p => p.Id < 0)) return text;
        StringBuilder marked = new(text.Length + parts.Count);
        foreach ((int start, int end, int id) in parts)
        {
            if (id < 0) marked.Append(text, start, end - start);
            else marked.Append(text[start]).Append(Letters).Append(text, start + 1, end - start - 1);
        }
        return marked.ToString();
    }

    /// <summary>The tokens of a text.</summary>
    /// <param name="addSpecial">Whether to put the model's special tokens around it. A chat template writes them itself.</param>
    public int[] Encode(string text, bool addSpecial = true)
    {
        TokenRun run = Run(text, spans: false);
        if (!addSpecial || _parts.PostProcessor.Added(pair: false) == 0) return [.. run.Ids];
        return _parts.PostProcessor.Build(run, second: null).Ids;
    }

    /// <summary>The tokens of a text or of a pair of texts, with their types and their places in the text.</summary>
    /// <param name="maxTokens">How many tokens there may be, special ones included; the longer text loses its end first.</param>
    public TokenizedText Tokenize(string text, string? second = null, bool addSpecial = true, int? maxTokens = null)
    {
        TokenRun first = Run(text, spans: true);
        TokenRun? other = second is null ? null : Run(second, spans: true);
        PostProcessor template = addSpecial ? _parts.PostProcessor : PostProcessor.None;
        if (maxTokens is { } most) Truncate(first, other, Math.Max(0, most - template.Added(other is not null)));
        return template.Build(first, other);
    }

    /// <summary>The text of tokens. Bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = true) => TextOf.Tokens(ids, _bytes.Value, id => skipSpecial && IsSpecial(id));

    /// <summary>Text from tokens as they come.</summary>
    /// <param name="continues">Whether the tokens go on where an earlier text ended, so that a space at the beginning belongs to the text.</param>
    /// <param name="keep">Special tokens that are said all the same, such as the marks of tool calls.</param>
    public StreamingDecoder Stream(bool skipSpecial = true, bool continues = false, IReadOnlyCollection<string>? keep = null)
    {
        HashSet<int> kept = [.. (keep ?? []).Select(token => IdOf(token) ?? -1)];
        return new StreamingDecoder(_bytes.Value, id => skipSpecial && IsSpecial(id) && !kept.Contains(id), continues);
    }

    private TracedText Normalize(TracedText text) => _parts.Normalizer?.Apply(text) ?? text;

    private TokenRun Run(string text, bool spans)
    {
        TokenRun run = new([], spans ? [] : null);
        text = WithoutLoneSurrogates(text);
        foreach ((int start, int end, int id) in _plain?.Split(text) ?? [(0, text.Length, -1)])
        {
            if (id >= 0) run.Add(id, new TokenSpan(start, end));
            else AddStretch(Normalize(TracedText.Of(start == 0 && end == text.Length ? text : text[start..end], start, spans)), run);
        }
        return run;
    }

    private void AddStretch(TracedText text, TokenRun run)
    {
        foreach ((int start, int end, int id) in _normalized?.Split(text.Text) ?? [(0, text.Text.Length, -1)])
        {
            if (id >= 0) run.Add(id, text.SpanOf(start, end));
            else if (end > start) AddWords(text.Slice(start, end), run);
        }
    }

    private void AddWords(TracedText text, TokenRun run)
    {
        if (text.Text.Contains(Letters)) text = s_withoutMarks.Apply(text);
        if (text.Text.Length == 0) return;
        Words words = _preTokenizer?.Apply(Words.Of(text)) ?? Words.Of(text);
        List<WordToken> cut = [];
        foreach ((int start, int end) in words.Ranges)
        {
            ReadOnlySpan<char> word = words.Text.Text.AsSpan(start, end - start);
            if (!_cache.TryGet(word, out ReadOnlySpan<WordToken> tokens))
            {
                cut.Clear();
                if (_parts.ByteLevel) EncodeBytes(word, cut);
                else _parts.Model.Encode(word, cut);
                tokens = CollectionsMarshal.AsSpan(cut);
                _cache.Add(word, tokens);
            }
            AddTokens(words.Text, start, tokens, run);
        }
    }

    private static void AddTokens(TracedText text, int start, ReadOnlySpan<WordToken> tokens, TokenRun run)
    {
        if (run.Spans is null)
        {
            foreach (WordToken token in tokens) run.Ids.Add(token.Id);
            return;
        }
        int from = 0;
        foreach (WordToken token in tokens)
        {
            // Tokens that spell one character's bytes all span that character.
            if (token.End > from || from == 0) run.Add(token.Id, text.SpanOf(start + from, start + token.End));
            else run.Add(token.Id, run.Spans[^1]);
            from = token.End;
        }
    }

    /// <summary>Writes a word in the byte alphabet for the model, and the ends of its tokens in characters again.</summary>
    private void EncodeBytes(ReadOnlySpan<char> word, List<WordToken> tokens)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(word.Length));
        char[] letters = ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
            int count = Encoding.UTF8.GetBytes(word, bytes);
            for (int i = 0; i < count; i++) letters[i] = ByteAlphabet.CharacterOf(bytes[i]);
            int first = tokens.Count;
            _parts.Model.Encode(letters.AsSpan(0, count), tokens);
            if (count == word.Length) return;
            // A token's end in bytes becomes the end of the character its last byte belongs to.
            for (int t = first, at = 0, characters = 0; t < tokens.Count; t++)
            {
                for (; at < tokens[t].End; at++)
                {
                    if ((bytes[at] & 0xC0) == 0x80) continue;
                    characters += bytes[at] >= 0xF0 ? 2 : 1;
                }
                tokens[t] = tokens[t] with { End = characters };
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<char>.Shared.Return(letters);
        }
    }

    private static void Truncate(TokenRun first, TokenRun? second, int most)
    {
        int a = first.Ids.Count, b = second?.Ids.Count ?? 0;
        int over = a + b - most;
        if (over <= 0) return;
        // The longer gives until both are equal, then they take turns.
        int fromLonger = Math.Min(over, Math.Abs(a - b));
        if (a > b) a -= fromLonger;
        else b -= fromLonger;
        over -= fromLonger;
        first.Shorten(Math.Max(0, a - over / 2));
        second?.Shorten(Math.Max(0, b - (over + 1) / 2));
    }

    private static string WithoutLoneSurrogates(string text)
    {
        for (int i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else return Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text));
        }
        return text;
    }
}
