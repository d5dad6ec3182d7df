using System.Text.Json;
using System.Text.Json.Serialization;

namespace Designer.Flows.Tests.Sentences;

public sealed class SentenceTests
{
    private sealed record Kept([property: JsonConverter(typeof(SentenceInParts))] Sentence? Said);

    [Fact]
    public void Values_are_kept_apart_and_the_English_is_whole()
    {
        Sentence inner = $"a text";
        Sentence sentence = $"{{{{ {"a.b"} }}}} must be {inner}, {1284.5:N1} times.";

        Assert.Equal("{{{{ {0} }}}} must be {1}, {2} times.", sentence.Format);
        Assert.Equal([(object)"a.b", inner, "1,284.5"], sentence.Values);
        Assert.Equal("{{ a.b }} must be a text, 1,284.5 times.", sentence.ToString());
        Assert.Equal("\"a, b or c\"", JsonSerializer.Serialize(Sentence.AnyOf(["a", "b", "c"]), FlowJson.Options));
    }

    [Fact]
    public void What_is_kept_comes_back_with_its_values()
    {
        Sentence sentence = $"{"db"} says: {(Sentence)$"no {"{0}"}"}";
        Kept? kept = JsonSerializer.Deserialize<Kept>(JsonSerializer.Serialize(new Kept(sentence), FlowJson.Options), FlowJson.Options);
        Assert.Equal(sentence, kept?.Said);
        Assert.Equal("db says: no {0}", kept?.Said?.ToString());
    }

    [Theory]
    [InlineData("""["{0,999999999}","x"]""")]
    [InlineData("""["{1}","x"]""")]
    [InlineData("""["{0","x"]""")]
    [InlineData("""["{0} {1}","x",7]""")]
    [InlineData("""[]""")]
    [InlineData("""{"a":1}""")]
    [InlineData("\"text\"")]
    public void What_was_tampered_with_is_no_sentence(string kept) =>
        Assert.Null(JsonSerializer.Deserialize<Kept>($$"""{"said":{{kept}}}""", FlowJson.Options)!.Said);

    [Fact]
    public void Texts_are_replaced_wherever_they_stand() =>
        Assert.Equal("a: b ••• c", ((Sentence)$"a: {(Sentence)$"b {"secret"} c"}").Select(text => text.Replace("secret", "•••", StringComparison.Ordinal)).ToString());
}
