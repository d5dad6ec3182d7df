using Designer.Web.Features.Shell;

namespace Designer.Web.Tests.Shell;

public sealed class WordsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 5, 10, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, "just now")]
    [InlineData(20 * 60, "20 min ago")]
    [InlineData(5 * 3600, "5 h ago")]
    [InlineData(3 * 86400, "7 May")]
    [InlineData(200 * 86400, "22 Oct 2025")]
    [InlineData(-60, "just now")]
    public void Times_are_relative_under_a_day(int secondsAgo, string words) => Assert.Equal(words, Ago.Of(s_now.AddSeconds(-secondsAgo), s_now));

    [Theory]
    [InlineData("Lena Weiss", "LW")]
    [InlineData("lena", "LE")]
    [InlineData("lena.weiss@example.org", "LO")]
    [InlineData("王小明", "王小")]
    [InlineData("  ", "?")]
    public void People_without_room_have_initials(string name, string letters)
    {
        Assert.Equal(letters, Initials.Of(name));
        Assert.Equal(Initials.ColourOf(name), Initials.ColourOf(name));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(14336, "14 KB")]
    [InlineData(10 * 1024 * 1024, "10 MB")]
    [InlineData(1572864, "1.5 MB")]
    [InlineData(10L * 1024 * 1024 * 1024, "10 GB")]
    public void Sizes_have_units(long bytes, string words) => Assert.Equal(words, Ago.Size(bytes));
}
