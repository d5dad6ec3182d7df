using System.Text;
using System.Text.Json;
using Designer.Models.Onnx.Tokenizers;
using Designer.Models.Onnx.Tokenizers.Reading;

namespace Designer.Models.Tests.Onnx.Tokenizers;

public sealed class TokenizerTests
{
    private const string Words = """{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"hello":1,"world":2,"!":3,"a":4,"b":5,"#":6}}""";

    [Fact]
    public void Added_tokens_take_spaces_along_and_may_need_to_stand_alone()
    {
        Tokenizer tokenizer = Json($$"""
            {"model":{{Words}},"pre_tokenizer":{"type":"Whitespace"},"normalizer":{"type":"Lowercase"},"added_tokens":[
              {"id":10,"content":"<m>","lstrip":true,"rstrip":true,"special":true},
              {"id":11,"content":"one","single_word":true,"special":false},
              {"id":12,"content":"onetwo","special":false},
              {"id":13,"content":"Loud","normalized":true,"special":false}]}
            """);
        Assert.Equal([4, 10, 5], tokenizer.Encode("a  <m>  b"));
        Assert.Equal([11, 4], tokenizer.Encode("one a"));
        Assert.Equal([0], tokenizer.Encode("ones"));
        Assert.Equal([12], tokenizer.Encode("onetwo"));
        Assert.Equal([4, 13, 5], tokenizer.Encode("a LOUD b"));
        Assert.Equal([new TokenSpan(0, 1), new TokenSpan(1, 8), new TokenSpan(8, 9)], tokenizer.Tokenize("a  <m>  b").Spans);
    }

    [Fact]
    public void A_pair_gets_its_template_types_and_is_cut_to_length_from_the_longer()
    {
        Tokenizer tokenizer = Json($$$"""
            {"model":{{{Words}}},"pre_tokenizer":{"type":"Whitespace"},"post_processor":{"type":"BertProcessing","cls":["[C]",20],"sep":["[S]",21]}}
            """);
        TokenizedText pair = tokenizer.Tokenize("hello world", "a b");
        Assert.Equal([20, 1, 2, 21, 4, 5, 21], pair.Ids);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], pair.Types);
        Assert.Equal([-1, 0, 0, -1, 1, 1, -1], pair.Sources);
        Assert.Equal(new TokenSpan(6, 11), pair.Spans[2]);
        Assert.Equal([20, 1, 21, 4, 21], tokenizer.Tokenize("hello world hello", "a b", maxTokens: 5).Ids);
        Assert.Equal([20, 1, 2, 21], tokenizer.Tokenize("hello world hello", maxTokens: 4).Ids);
        Assert.Equal([20, 21], tokenizer.Tokenize("hello", maxTokens: 1).Ids);
    }

    [Fact]
    public void Spans_point_into_the_callers_text_through_every_change()
    {
        Tokenizer tokenizer = Json("""
            {"model":{"type":"WordPiece","unk_token":"?","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"?":0,"cafe":1,"##s":2,"中":3,"ab":4}},
             "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"}}
            """);
        string text = "\u0001Cafe\u0301s 中AB";
        TokenizedText tokens = tokenizer.Tokenize(text);
        Assert.Equal([1, 2, 3, 4], tokens.Ids);
        Assert.Equal(["Cafe\u0301", "s", "中", "AB"], tokens.Spans.Select(s => text[s.Start..s.End]));
    }

    [Fact]
    public void Punctuation_and_digits_stand_alone_in_every_script()
    {
        Tokenizer tokenizer = Json($$$"""{"model":{{{Words}}},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Punctuation","behavior":"Isolated"},{"type":"Digits","individual_digits":true}]}}""");
        Assert.Equal(["a", "!", "!", "b", "½", "①", "。"], Cut(tokenizer, "a!!b½①。"));
    }

    [Theory]
    [InlineData("Removed", new[] { "a", "b", "c" })]
    [InlineData("Isolated", new[] { "a", "-", "-", "b", "-", "c" })]
    [InlineData("MergedWithPrevious", new[] { "a-", "-", "b-", "c" })]
    [InlineData("MergedWithNext", new[] { "a", "-", "-b", "-c" })]
    [InlineData("Contiguous", new[] { "a", "--", "b", "-", "c" })]
    public void A_split_does_with_its_separators_what_it_is_told(string behavior, string[] words)
    {
        Tokenizer tokenizer = Json($$$"""{"model":{{{Words}}},"pre_tokenizer":{"type":"Split","pattern":{"String":"-"},"behavior":"{{{behavior}}}","invert":false}}""");
        Assert.Equal(words, Cut(tokenizer, "a--b-c"));
    }

    [Fact]
    public void A_stream_that_goes_on_keeps_its_first_space()
    {
        Tokenizer tokenizer = Tokenizer.Load(Repository.Model("stories260k"));
        int[] ids = tokenizer.Encode("one day", addSpecial: false);
        StreamingDecoder from = tokenizer.Stream(), on = tokenizer.Stream(continues: true);
        Assert.Equal("one day", string.Concat(ids.Select(from.Append)) + from.Finish());
        Assert.Equal(" one day", string.Concat(ids.Select(on.Append)) + on.Finish());
    }

    [Fact]
    public void An_unfinished_character_becomes_a_replacement_only_at_the_end()
    {
        Tokenizer tokenizer = Tokenizer.Load(Repository.Model("stories260k"));
        StreamingDecoder stream = tokenizer.Stream();
        Assert.Equal("", stream.Append(tokenizer.IdOf("<0xF0>")!.Value));
        Assert.Equal("", stream.Append(tokenizer.IdOf("<0x9F>")!.Value));
        Assert.Equal("\uFFFD", stream.Finish());
    }

    /// <summary>These take minutes when anything in them is quadratic; the build server's limit is what fails then.</summary>
    [Theory]
    [InlineData("tokenizer-gpt2", "a")]
    [InlineData("tokenizer-phi3", "a")]
    [InlineData("tokenizer-phi3", " ")]
    [InlineData("tokenizer-phi3", "▁")]
    [InlineData("use-lite-en", "a")]
    [InlineData("stories260k", "\uD83D")]
    [InlineData("tokenizer-gpt2", "e\u0301")]
    [InlineData("tokenizer-gpt2", " a")]
    public void A_megabyte_of_one_thing_is_only_a_long_text(string model, string unit)
    {
        Tokenizer tokenizer = Tokenizer.Load(Repository.Model(model));
        string text = new StringBuilder().Insert(0, unit, 1_000_000 / unit.Length).ToString();
        int[] ids = tokenizer.Encode(text, addSpecial: false);
        Assert.InRange(ids.Length, text.Length / 64, text.Length * 4);
        Assert.Equal(ids.Length, tokenizer.Tokenize(text, addSpecial: false).Ids.Length);
    }

    [Theory]
    [InlineData("""{"model":{"type":"Magic"}}""", "'Magic' is not supported")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}""", "the vocabulary lacks")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[7]}}""", "A merge of tokenizer.json is not understood: 7")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""", "has the id -1")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}}""", "outside 0 to")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":1}}}""", "'[UNK]'")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a"]]}}""", "A piece of tokenizer.json is not understood")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":1}},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(["},"behavior":"Isolated"}}""", "A pattern of tokenizer.json is not understood")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":1}},"normalizer":{"type":"Precompiled","precompiled_charsmap":"//////8="}}""", "character map is damaged")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":1}},"decoder":{"type":"CTC"}}""", "CTC")]
    [InlineData("""{"model":7}""", "'model'")]
    [InlineData("""{"model":""", "is no JSON")]
    [InlineData("[]", "inside an object")]
    public void What_is_wrong_with_a_file_is_said(string json, string message)
    {
        ModelException e = Assert.Throws<ModelException>(() => Json(json));
        Assert.Equal(ModelErrorCodes.BadFolder, e.Code);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_runs_away_is_stopped()
    {
        Tokenizer tokenizer = Json($$$"""{"model":{{{Words}}},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a|aa)+$"},"behavior":"Isolated"}}""");
        ModelException e = Assert.Throws<ModelException>(() => tokenizer.Encode(new string('a', 200) + "!"));
        Assert.Contains("takes too long", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F })]
    [InlineData(new byte[0])]
    public void A_damaged_SentencePiece_file_is_said_to_be_damaged(byte[] file)
    {
        ModelException e = Assert.Throws<ModelException>(() => SentencePieceModel.Read(file, addBegin: false, addEnd: false));
        Assert.Contains("damaged or no SentencePiece model", e.Message, StringComparison.Ordinal);
    }

    private static Tokenizer Json(string json) => TokenizerJson.Read(Encoding.UTF8.GetBytes(json), JsonElement.Parse("{}"));

    private static string[] Cut(Tokenizer tokenizer, string text) => [.. tokenizer.Tokenize(text).Spans.Select(s => text[s.Start..s.End])];
}
