using System.Text;
using CsCheck;
using Designer.Models.Onnx.Tokenizers;
using Designer.Models.Onnx.Tokenizers.Models;
using Designer.Models.Onnx.Tokenizers.Reading;
using Designer.Models.Tests.Onnx.Goldens;

namespace Designer.Models.Tests.Onnx.Tokenizers;

public sealed class TokenizerPropertyTests
{
    private static readonly string[] s_parts = ["a", "the", " ", "  ", "\n", "é", "日", "😀", "'s", "<|user|>", "1", "▁", "<s>", "\uD800", "\uDC00"];

    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.String,
        Gen.Int[0, Golden.Texts.Length - 1].Select(i => Golden.Texts[i]).Array[0, 4].Select(parts => string.Concat(parts)),
        Gen.Int[0, s_parts.Length - 1].Select(i => s_parts[i]).Array[0, 30].Select(parts => string.Concat(parts)));

    [Fact]
    public void Byte_level_text_comes_back()
    {
        Tokenizer tokenizer = Tokenizer.Load(Repository.Model("tokenizer-gpt2"));
        s_text.Sample(text => Assert.Equal(Clean(text), tokenizer.Decode(tokenizer.Encode(text), skipSpecial: false)), iter: 2_000);
    }

    [Fact]
    public void Text_without_odd_spaces_comes_back_from_byte_fallback()
    {
        Tokenizer tokenizer = SentencePieceModel.Read(File.ReadAllBytes(Path.Combine(Repository.Model("stories260k"), "tokenizer.model")), addBegin: true, addEnd: false);
        s_text.Where(text => !text.Contains('▁') && !text.Contains("<s>", StringComparison.Ordinal))
            .Sample(text => Assert.Equal(Clean(text), tokenizer.Decode(tokenizer.Encode(text), skipSpecial: true)), iter: 2_000);
    }

    [Theory]
    [InlineData("tokenizer-gpt2")]
    [InlineData("tokenizer-phi3")]
    [InlineData("use-lite-en")]
    public void A_stream_says_the_same_and_never_half_a_character(string model)
    {
        Tokenizer tokenizer = Tokenizer.Load(Repository.Model(model));
        s_text.Sample(text =>
        {
            int[] ids = tokenizer.Encode(text);
            StreamingDecoder stream = tokenizer.Stream();
            StringBuilder said = new();
            foreach (int id in ids)
            {
                string piece = stream.Append(id);
                Assert.False(piece.Length > 0 && (char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0])));
                said.Append(piece);
            }
            // Whole text cut into tokens: nothing is left over, and U+FFFD comes only from the text.
            Assert.Equal("", stream.Finish());
            Assert.Equal(tokenizer.Decode(ids), said.ToString());
        }, iter: 1_000);
    }

    [Fact]
    public void A_stream_of_any_tokens_gives_what_decoding_them_together_gives()
    {
        Tokenizer tokenizer = Tokenizer.Load(Repository.Model("tokenizer-gpt2"));
        Gen.Int[0, tokenizer.VocabularySize + 3].Array[0, 40].Sample(ids =>
        {
            StreamingDecoder stream = tokenizer.Stream();
            Assert.Equal(tokenizer.Decode(ids), string.Concat(ids.Select(stream.Append)) + stream.Finish());
        }, iter: 2_000);
    }

    [Theory]
    [InlineData("tokenizer-gpt2")]
    [InlineData("tokenizer-phi3")]
    [InlineData("use-lite-en")]
    public void Spans_cover_the_text_in_order(string model)
    {
        Tokenizer tokenizer = Tokenizer.Load(Repository.Model(model));
        s_text.Sample(text =>
        {
            TokenizedText tokens = tokenizer.Tokenize(text);
            int at = 0;
            foreach ((TokenSpan span, int source) in tokens.Spans.Zip(tokens.Sources))
            {
                if (source < 0) continue;
                Assert.InRange(span.Start, 0, text.Length);
                Assert.InRange(span.End, span.Start, text.Length);
                Assert.True(span.Start >= at || span.End >= at);
                at = span.Start;
            }
        }, iter: 1_000);
    }

    [Fact]
    public void Scanning_and_the_heap_join_alike()
    {
        BpeModel model = Merging();
        Gen.Char["abc"].Array[0, Merge.FewSymbols].Select(c => new string(c)).Sample(word =>
        {
            List<WordToken> few = [], many = [];
            model.Encode(word, few);
            // Three words in one are joined by the heap; a letter that joins with none stands between.
            string between = new('x', Merge.FewSymbols);
            model.Encode(word + between, many);
            Assert.Equal(few, many[..few.Count]);
            Assert.Equal(few.Count + between.Length, many.Count);
        }, iter: 5_000);
    }

    private static BpeModel Merging()
    {
        string[] tokens = ["a", "b", "c", "x", "ab", "ba", "aa", "bc", "abc", "aab", "aaaa", "cab"];
        Vocabulary vocabulary = new(tokens.Select((token, id) => KeyValuePair.Create(token, id)));
        (string, string)[] merges = [("a", "b"), ("b", "c"), ("a", "a"), ("aa", "b"), ("ab", "c"), ("b", "a"), ("aa", "aa"), ("c", "ab")];
        return new BpeModel(vocabulary, [.. merges.Select((m, rank) => (vocabulary.IdOf(m.Item1), vocabulary.IdOf(m.Item2), rank, vocabulary.IdOf(m.Item1 + m.Item2)))], new BpeOptions());
    }

    /// <summary>Lone surrogates are no text; they become U+FFFD.</summary>
    private static string Clean(string text) => Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text));
}
