using Designer.Models.Onnx.Chat;

namespace Designer.Models.Tests.Onnx.Chat;

public class StopStringsTests
{
    [Theory]
    [InlineData(new[] { "Hel", "lo\nU", "ser: x" }, new[] { "\nUser:" }, "Hello", true)]
    [InlineData(new[] { "a\nU", "b\n", "c" }, new[] { "\nUser:" }, "a\nUb\nc", false)]
    [InlineData(new[] { "one STOP two" }, new[] { "STOP", "one" }, "", true)]
    [InlineData(new[] { "aab", "aaab" }, new[] { "aaab" }, "aab", true)]
    [InlineData(new[] { "all", " of it" }, new string[0], "all of it", false)]
    public void Text_passes_until_a_stop_string_appears_however_it_is_cut(string[] pieces, string[] stops, string expected, bool found)
    {
        var filter = new StopStrings(stops);
        var text = "";
        var isFound = false;
        foreach (var piece in pieces)
        {
            (var shown, isFound) = filter.Append(piece);
            text += shown;
            if (isFound) break;
        }
        if (!isFound) text += filter.Finish();
        Assert.Equal(expected, text);
        Assert.Equal(found, isFound);
    }
}
