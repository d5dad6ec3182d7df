using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Designer.Flows.Tests.Templates;

public class ConditionTests
{
    public static TheoryData<object?, string, object?, bool> Rows => new()
    {
        { "billing", "equals", "billing", true }, { 5L, "equals", "5", true }, { null, "equals", "", false }, { "a", "notEquals", "b", true },
        { "refund please", "contains", "refund", true }, { new[] { "a", "b" }, "contains", "b", true }, { new[] { 1, 2 }, "contains", "2", true },
        { JsonElement.Parse("""{"k":1}"""), "contains", "k", true }, { null, "contains", "x", false }, { "abc", "notContains", "x", true },
        { "abc", "startsWith", "ab", true }, { "abc", "endsWith", "bc", true }, { "abc", "endsWith", "ab", false },
        { "A-17", "matches", "^[A-Z]-\\d+$", true }, { "aa", "matches", "(a)\\1", true }, { "ab", "matches", "(a)\\1", false },
        { 5, "greater", 4.5, true }, { "10", "greater", "9", true }, { null, "greater", -1, false }, { null, "less", 1, false }, { "abc", "greater", 5, false },
        { 5, "greaterOrEqual", "5", true }, { 4, "less", 5, true }, { 5, "lessOrEqual", 5, true }, { "a", "less", "b", true },
        { "", "isEmpty", null, true }, { null, "isEmpty", null, true }, { Array.Empty<int>(), "isEmpty", null, true }, { "x", "isNotEmpty", null, true },
        { true, "isTrue", null, true }, { "false", "isTrue", null, false }, { 0, "isFalse", null, true }, { null, "isFalse", null, true },
    };

    [Theory, MemberData(nameof(Rows))]
    public void A_row_holds_or_not(object? left, string name, object? right, bool holds) =>
        Assert.Equal(holds, ConditionOperators.Holds(FlowValue.ToType<ConditionOperator>(name), left, right));

    [Theory]
    [InlineData("search.chunks.size > 0 and start.question != \"\"", true)]
    [InlineData("{{ start.n > 2 }}", true)]
    [InlineData("start.n > 5 or start.ok", true)]
    [InlineData("missing.x == nil", true)]
    [InlineData("search.none == empty", true)]
    [InlineData("start.question contains 'days'", true)]
    [InlineData("start.question contains 'weeks'", false)]
    [InlineData("missing", false)]
    public void An_expression_holds_or_not(string text, bool holds) => Assert.Equal(holds, Expression.Parse(text).Holds(Scope.Sample()));

    [Theory]
    [InlineData(""), InlineData("a >"), InlineData("> 3"), InlineData("a %}{% else %}"), InlineData("true %}x{% endif %}{% if a"), InlineData("{{ a }} {{ b }}")]
    public void What_is_no_expression_is_refused(string text) => Assert.Throws<TemplateException>(() => Expression.Parse(text));

    [Fact]
    public void An_expressions_references_are_handled() =>
        Assert.Equal([new ReferencePath("a", ["b"], true), new ReferencePath("c", [], true)], Expression.Parse("a.b == 1 and c").References);

    [Theory]
    [InlineData("""[{"left":"{{ start.n }}","operator":"equals","right":3},{"left":"{{ start.ok }}","operator":"isTrue"}]""", true)]
    [InlineData("""{"match":"any","rows":[{"left":"{{ start.n }}","operator":"equals","right":"4"},{"left":"a","operator":"equals","right":"a"}]}""", true)]
    [InlineData("""{"match":"all","rows":[{"left":"{{ start.n }}","operator":"equals","right":"4"},{"left":"a","operator":"equals","right":"a"}]}""", false)]
    [InlineData("""{"expression":"start.n == 3"}""", true)]
    [InlineData("\"start.n == 4\"", false)]
    [InlineData("[]", true)]
    [InlineData("""{"match":"any","rows":[]}""", false)]
    public void A_condition_holds_or_not(string json, bool holds) => Assert.Equal(holds, Condition.Parse(JsonElement.Parse(json)).Holds(Scope.Sample()));

    [Theory]
    [InlineData("5"), InlineData("{}"), InlineData("[5]"), InlineData("""[{"left":"a"}]"""), InlineData("""[{"left":"a","operator":"like"}]""")]
    [InlineData("""[{"left":"{{ a","operator":"equals"}]"""), InlineData("""{"match":"some","rows":[]}"""), InlineData("""[{"left":"a","operator":"3"}]""")]
    public void What_is_no_condition_is_refused(string json) => Assert.Throws<TemplateException>(() => Condition.Parse(JsonElement.Parse(json)));

    [Fact]
    public void Rows_with_filled_in_values_are_a_setting()
    {
        IReadOnlyList<ConditionRow> rows = FlowValue.ToType<IReadOnlyList<ConditionRow>>(JsonElement.Parse("""[{"left":5,"operator":"greater","right":"4"},{"left":"","operator":"isEmpty"}]"""))!;
        Assert.True(rows.Hold(Match.All));
        Assert.False(new[] { new ConditionRow("a", ConditionOperator.Equals, "b") }.Hold(Match.Any));
    }

    [Theory]
    [InlineData("(a+)+$"), InlineData("(?=(a+)+$)b"), InlineData("(a|aa)+\\1$")]
    public void A_catastrophic_pattern_is_stopped(string pattern)
    {
        long start = Stopwatch.GetTimestamp();
        string text = new string('a', 5_000) + "!";
        try
        {
            Assert.False(ConditionOperators.Holds(ConditionOperator.Matches, text, pattern));
        }
        catch (FlowValueException e)
        {
            Assert.Contains("too long", e.Message, StringComparison.Ordinal);
        }
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_pattern_that_is_none_is_said() =>
        Assert.Throws<FlowValueException>(() => ConditionOperators.Holds(ConditionOperator.Matches, "a", "("));
}
