namespace Designer.Knowledge.Tests.Words;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  \n\t?!…", "")]
    [InlineData("Travel Expenses", "travel expens")]
    [InlineData("Café RÉSUMÉ naïve Straße Łódź Ørsted", "caf resum naiv strass lodz orst")]
    [InlineData("cafe\u0301", "caf")]
    [InlineData("Ελλάδα Привет ёлка", "ελλαδα привет елка")]
    [InlineData("25 days, 3.5 %, 1,000 EUR, 12,345.67", "25 day 3.5 1000 eur 12345.67")]
    [InlineData("2026-11-24 v1.2.3", "2026 11 24 v1.2.3")]
    [InlineData("employee's don't l'école we’ll", "employe dont l ecol we")]
    [InlineData("carry-over", "carri over carryover")]
    [InlineData("C# and C++ but a + b, #1", "c# and c++ but a b 1")]
    [InlineData("snake_case node.js", "snak cas nod js")]
    [InlineData("ＡＢＣ１２３", "abc123")]
    public void Words_of_scripts_with_spaces(string text, string terms) => Assert.Equal(terms, string.Join(' ', Tokenizer.ForIndex(text)));

    [Theory]
    [InlineData("年假", "年假 假")]
    [InlineData("年假制度。报销", "年假 假制 制度 度 报销 销")]
    [InlineData("假", "假")]
    [InlineData("使用Docker部署", "使用 用 docker 部署 署")]
    [InlineData("食べる", "食べ べる る")]
    [InlineData("ｶﾞｲﾄﾞ", "ガイ イド ド")]
    [InlineData("연차 휴가를", "연차 차 휴가 가를 를")]
    [InlineData("𠮷野家", "𠮷野 野家 家")]
    [InlineData("第3章", "第 3 章")]
    [InlineData("วันลา", "วั ัน นล ลา า")]
    public void Pairs_of_scripts_without_spaces(string text, string terms) => Assert.Equal(terms, string.Join(' ', Tokenizer.ForIndex(text)));

    [Theory]
    [InlineData("🏖️ holiday 👩‍👩‍👧", "holiday")]
    [InlineData("x\0y\u202Ez", "x y z")]
    public void Emoji_and_controls_separate(string text, string terms) => Assert.Equal(terms, string.Join(' ', Tokenizer.ForIndex(text)));

    [Fact]
    public void Halves_of_surrogate_pairs_separate() => Assert.Equal(["a", "b"], Tokenizer.ForIndex("a\uD83Cb \uDF1F \uD800"));

    [Theory]
    [InlineData("How many days of annual leave do I get?", "day annual leav")]
    [InlineData("年假有多少天？", "年假 假有 少天")]
    [InlineData("请问怎么报销", "么报 报销")]
    [InlineData("to be or not to be", "to be or not")]
    [InlineData("leave leaves leaving", "leav")]
    [InlineData("?", "")]
    public void Function_words_leave_a_question_unless_nothing_else_remains(string question, string terms) =>
        Assert.Equal(terms, string.Join(' ', Tokenizer.ForQuery(question).Select(token => token.Term)));

    [Fact]
    public void A_single_character_becomes_a_prefix_and_pairs_with_a_function_word_weigh_less()
    {
        Assert.Equal([new Token("假", IsPrefix: true, Weight: 0.5)], Tokenizer.ForQuery("假"));
        Assert.Equal([("年假", 1.0), ("假的", 0.3)], Tokenizer.ForQuery("年假的").Select(token => (token.Term, token.Weight)));
    }

    [Fact]
    public void Very_long_words_are_cut() => Assert.Equal(64, Assert.Single(Tokenizer.ForIndex(new string('7', 100_000))).Length);

    [Theory]
    [InlineData("policy", "policies")]
    [InlineData("carry", "carries", "carried", "carrying")]
    [InlineData("approve", "approved", "approving", "approval", "approvals")]
    [InlineData("reimburse", "reimbursed", "reimbursement", "reimburses")]
    [InlineData("cancel", "cancelled", "cancelling", "cancellation")]
    [InlineData("terminate", "terminated", "terminating", "termination")]
    [InlineData("sell", "sells", "selling")]
    [InlineData("size", "sizes")]
    [InlineData("date", "dates", "dated")]
    [InlineData("repeat", "repeated", "repeats")]
    [InlineData("box", "boxes")]
    [InlineData("process", "processes", "processed")]
    [InlineData("document", "documents", "documented", "documentation")]
    [InlineData("renew", "renewal", "renewed")]
    public void Forms_of_a_word_meet(params string[] forms) => Assert.Single(forms.Select(EnglishStem.Of).Distinct());

    [Theory]
    [InlineData("universe", "university")]
    [InlineData("form", "format")]
    [InlineData("bus", "busy")]
    [InlineData("string", "str")]
    [InlineData("business", "busy")]
    [InlineData("nation", "national")]
    public void Words_that_only_look_alike_stay_apart(string one, string other) => Assert.NotEqual(EnglishStem.Of(one), EnglishStem.Of(other));
}
