using System.Collections.Frozen;
using System.Text.Json;
using Xunit;

namespace Designer.Flows.Tests.Values;

public class FlowValueTests
{
    private static readonly Chunk Leave = new("c1", "d1", "Leave policy", "30 days", 0.5, new Dictionary<string, double> { ["bm25"] = 1.5 }, Page: 3);

    public static TheoryData<object?, string, object?> Members => new()
    {
        { Leave, "title", "Leave policy" },
        { Leave, "documentId", "d1" },
        { Leave, "page", 3 },
        { Json("""{"a":{"b":1.10}}"""), "a", null },
        { Json("""{"a":"x"}"""), "a", "x" },
        { Json("[1,2,3]"), "last", 3L },
        { Json("[1,2,3]"), "-2", 2L },
        { Json("[1,2,3]"), "size", 3L },
        { Json("""{"a":1,"size":"big"}"""), "size", "big" },
        { new[] { 4, 5 }, "first", 4 },
        { new List<object?> { "p", null }, "0", "p" },
        { new Dictionary<string, object?> { ["x"] = Json("true") }, "x", true },
        { new Dictionary<string, int> { ["x"] = 7 }.ToFrozenDictionary(), "x", 7 },
        { "four", "size", 4L },
    };

    [Theory, MemberData(nameof(Members))]
    public void A_member_is_found(object? value, string name, object? expected)
    {
        Assert.True(FlowValue.TryGetMember(value, name, out object? member));
        if (expected is not null) Assert.Equal(expected, member);
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        Assert.False(FlowValue.TryGetMember(null, "x", out _));
        Assert.False(FlowValue.TryGetMember(Leave, "Title", out _));
        Assert.False(FlowValue.TryGetMember(Leave, "GetType", out _));
        Assert.False(FlowValue.TryGetMember(Json("[1]"), "1", out _));
        Assert.False(FlowValue.TryGetMember(Json("[]"), "last", out _));
        Assert.False(FlowValue.TryGetMember(typeof(string), "assembly", out _));
        Assert.False(FlowValue.TryGetMember(new MemoryStream(), "length", out _));
    }

    [Fact]
    public void A_path_is_followed_through_records_maps_and_json()
    {
        Dictionary<string, object?> value = new() { ["chunks"] = new[] { Leave } };
        Assert.Equal(1.5, FlowValue.Follow(value, ["chunks", "0", "scores", "bm25"]));
        Assert.Null(FlowValue.Follow(value, ["chunks", "5", "title"]));
    }

    public static TheoryData<object?, string> Texts => new()
    {
        { null, "" }, { true, "true" }, { 1.5, "1.5" }, { 12345678.25m, "12345678.25" }, { Json("1.10"), "1.10" }, { "a", "a" },
        { Json("""{ "a" : "ä<" }"""), """{"a":"ä<"}""" }, { NodeGroup.Knowledge, "knowledge" }, { TimeSpan.FromSeconds(90), "90s" },
        { new object?[] { 1, "x", null }, """[1,"x",null]""" }, { new Citation(1, "c1", "T"), """{"n":1,"chunkId":"c1","title":"T"}""" },
    };

    [Theory, MemberData(nameof(Texts))]
    public void A_value_has_one_text(object? value, string expected) => Assert.Equal(expected, FlowValue.ToText(value));

    public static TheoryData<object?, Type, object?> Conversions => new()
    {
        { "5", typeof(int), 5 }, { 5L, typeof(int), 5 }, { 5.0, typeof(int), 5 }, { Json("6"), typeof(double), 6.0 }, { 1.5m, typeof(double), 1.5 },
        { "true", typeof(bool), true }, { 0, typeof(bool), false }, { 2.5, typeof(string), "2.5" }, { "chat", typeof(FlowMode), FlowMode.Chat },
        { "10s", typeof(TimeSpan), TimeSpan.FromSeconds(10) }, { "", typeof(int?), null }, { null, typeof(string), null },
        { Json("""{"n":1,"chunkId":"c","title":"t"}"""), typeof(Citation), new Citation(1, "c", "t") },
        { """{"n":1,"chunkId":"c","title":"t"}""", typeof(Citation), new Citation(1, "c", "t") },
        { new Dictionary<string, object?> { ["n"] = 1, ["chunkId"] = "c", ["title"] = "t" }, typeof(Citation), new Citation(1, "c", "t") },
        { "array<chunk>", typeof(FlowType), FlowType.Array(FlowType.Chunk) },
    };

    [Theory, MemberData(nameof(Conversions))]
    public void A_value_is_converted(object? value, Type type, object? expected) => Assert.Equal(expected, FlowValue.ToType(value, type));

    [Fact]
    public void Lists_are_converted_entry_by_entry()
    {
        Assert.Equal([1, 2], FlowValue.ToType<IReadOnlyList<int>>(Json("""["1", 2]"""))!);
        Assert.Equal(["a", "2"], FlowValue.ToType<List<string>>(new object?[] { "a", 2 })!);
        Assert.Equal("t", Assert.Single(FlowValue.ToType<Citation[]>(Json("""[{"n":1,"chunkId":"c","title":"t"}]"""))!).Title);
    }

    [Theory]
    [InlineData("abc", typeof(int), "Expected a whole number, not the text \"abc\".")]
    [InlineData("1.5", typeof(long), "Expected a whole number, not the text \"1.5\".")]
    [InlineData("1e300", typeof(int), "The number 1E+300 is too large.")]
    [InlineData("maybe", typeof(bool), "Expected true or false, not the text \"maybe\".")]
    [InlineData("talk", typeof(FlowMode), "Expected one of task, chat, not the text \"talk\".")]
    [InlineData("x", typeof(string[]), "Expected a list, not the text \"x\".")]
    [InlineData(null, typeof(int), "Expected a whole number, not nothing.")]
    [InlineData("1", typeof(FlowMode), "Expected one of task, chat, not the text \"1\".")]
    public void What_does_not_fit_is_said(string? value, Type type, string message) =>
        Assert.Equal(message, Assert.Throws<FlowValueException>(() => FlowValue.ToType(value, type)).Message);

    public static TheoryData<object?, object?, bool> Equalities => new()
    {
        { 5L, "5", true }, { 5, 5.0, true }, { "5", "5.0", false }, { true, "True", true }, { null, "", false }, { null, null, true },
        { 9007199254740993L, 9007199254740992L, false }, { Json("[1,{\"a\":2}]"), new object?[] { 1, new Dictionary<string, object?> { ["a"] = 2 } }, true },
        { "a", "A", false }, { Json("\"a\""), "a", true },
    };

    [Theory, MemberData(nameof(Equalities))]
    public void Equality_is_what_people_mean(object? left, object? right, bool equal)
    {
        Assert.Equal(equal, FlowValue.AreEqual(left, right));
        Assert.Equal(equal, FlowValue.AreEqual(right, left));
    }

    [Fact]
    public void Order_is_numeric_where_both_are_numbers()
    {
        Assert.True(FlowValue.Compare("10", 9) > 0);
        Assert.True(FlowValue.Compare("10", "9") > 0);
        Assert.True(FlowValue.Compare("b", "a") > 0);
        Assert.True(FlowValue.Compare(null, 0) < 0);
    }

    [Theory]
    [InlineData(typeof(int?), "integer"), InlineData(typeof(decimal), "number"), InlineData(typeof(IReadOnlyList<Chunk>), "array<chunk>")]
    [InlineData(typeof(Dictionary<string, string>), "object"), InlineData(typeof(Citation), "object"), InlineData(typeof(FlowMode), "string")]
    [InlineData(typeof(object), "any"), InlineData(typeof(Message[]), "array<message>"), InlineData(typeof(FileRef), "file")]
    public void A_clr_type_is_seen_as_a_flow_type(Type type, string expected) => Assert.Equal(expected, FlowValue.TypeOf(type).ToString());

    [Theory]
    [InlineData("500ms", 500), InlineData("10s", 10_000), InlineData("1.5s", 1_500), InlineData("5m", 300_000), InlineData("1h", 3_600_000), InlineData("0s", 0)]
    public void Durations_are_read_and_written(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
        Assert.True(Duration.TryParse(Duration.ToText(duration), out TimeSpan again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("10"), InlineData("s"), InlineData("-1s"), InlineData("1 s"), InlineData("1e9h"), InlineData("99999999h"), InlineData("NaNs")]
    public void What_is_no_duration_is_refused(string? text) => Assert.False(Duration.TryParse(text, out _));

    internal static JsonElement Json(string text) => JsonElement.Parse(text);
}
