using System.Net;
using System.Text.RegularExpressions;
using Designer.Web.Features.Help;

namespace Designer.Web.Tests.Help;

public sealed partial class HelpTests
{
    public static TheoryData<string> Slugs => [.. HelpTexts.All.Select(text => text.Slug)];

    [Theory]
    [MemberData(nameof(Slugs))]
    public void Each_page_is_there_and_its_links_lead_somewhere(string slug)
    {
        string html = HelpTexts.HtmlOf(HelpTexts.Find(slug)!);

        Assert.Contains("<h1", html, StringComparison.Ordinal);
        foreach (Match link in Links().Matches(html))
        {
            string[] parts = link.Groups[1].Value.Split('#');
            if (parts[0].StartsWith("http", StringComparison.Ordinal)) continue;
            HelpText? text = HelpTexts.Find(parts[0]["/help/".Length..]);
            Assert.True(text is not null, $"{slug} leads to {link.Groups[1].Value}.");
            if (parts.Length > 1) Assert.Contains($"id=\"{parts[1]}\"", HelpTexts.HtmlOf(text), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_section_is_found_by_its_words()
    {
        HelpHit hit = HelpTexts.Search("busy SLOW gone")[0];

        Assert.Equal(("model-servers", "What happens when a server is busy, slow or gone"), (hit.Text.Slug, hit.Heading));
        Assert.Equal("/help/model-servers#what-happens-when-a-server-is-busy-slow-or-gone", hit.Url);
        Assert.Contains(HelpTexts.Search("tools.http"), found => found.Text.Slug == "nodes");
        Assert.Empty(HelpTexts.Search("xyzzy"));
        Assert.Empty(HelpTexts.Search("  "));
    }

    [Fact]
    public async Task Members_read_it_and_strangers_sign_in_first()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        TestBrowser owner = await app.SignInAsync(app.Owner.Email);

        string index = await owner.PageAsync("/help"), page = await owner.PageAsync("/help/api"), missing = await owner.PageAsync("/help/nothing");
        using HttpResponseMessage stranger = await app.Browser().GetAsync("/help");

        Assert.All(HelpTexts.All, text => Assert.Contains($"/help/{text.Slug}", index, StringComparison.Ordinal));
        Assert.Contains("Idempotency-Key", page, StringComparison.Ordinal);
        Assert.Contains("There is no such page", missing, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, stranger.StatusCode);
    }

    [GeneratedRegex("href=\"([^\"]+)\"")]
    private static partial Regex Links();
}
