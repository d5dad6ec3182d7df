using System.Globalization;
using System.Net;
using Designer.Web.Features.Language;
using Designer.Web.Features.Shell;

namespace Designer.Web.Tests.Language;

/// <summary>Which language a page speaks, and that the choice holds.</summary>
public sealed class LanguageTests
{
    [Theory]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "登录")]
    [InlineData("zh-TW", "zh-Hans", "登录")]
    [InlineData("zh", "zh-Hans", "登录")]
    [InlineData("en-GB,en;q=0.9", "en", "Sign in")]
    [InlineData("fr-FR", "en", "Sign in")]
    [InlineData("not a language; q=x", "en", "Sign in")]
    public async Task A_first_visit_follows_the_browser(string accepted, string tag, string heading)
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();

        using HttpResponseMessage response = await app.Browser().GetAsync("/signin", ("Accept-Language", accepted));
        string html = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());

        Assert.Contains($"<html lang=\"{tag}\"", html, StringComparison.Ordinal);
        Assert.Contains($"<h1>{heading}</h1>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_choice_is_remembered_and_wins_over_the_browser()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        TestBrowser browser = app.Browser();

        using HttpResponseMessage chosen = await browser.SubmitAsync("/signin", "/language", new() { ["language"] = "zh", ["returnUrl"] = "/signin?returnUrl=%2Fmodels" });
        using HttpResponseMessage next = await browser.GetAsync("/signin", ("Accept-Language", "en"));

        Assert.Equal("/signin?returnUrl=%2Fmodels", chosen.Headers.Location!.ToString());
        Assert.Contains("<h1>登录</h1>", WebUtility.HtmlDecode(await next.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Equal("zh", Assert.Single(next.Content.Headers.ContentLanguage));
    }

    [Theory]
    [InlineData("fr", "/signin")]
    [InlineData("", "/signin")]
    public async Task A_language_that_is_not_there_is_refused(string language, string back)
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();

        using HttpResponseMessage response = await app.Browser().SubmitAsync("/signin", "/language", new() { ["language"] = language, ["returnUrl"] = back });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Choosing_leads_nobody_to_another_host()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();

        using HttpResponseMessage response = await app.Browser().SubmitAsync("/signin", "/language", new() { ["language"] = "zh", ["returnUrl"] = "//evil.example/" });

        Assert.Equal("/", response.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("en", "5 h ago", "1 passage", "1,284 passages", "7 May")]
    [InlineData("zh", "5 小时前", "1 个段落", "1,284 个段落", "5月7日")]
    public void Times_and_counts_are_written_as_the_language_writes_them(string language, string hours, string one, string many, string date)
    {
        CultureInfo culture = CultureInfo.CurrentCulture, words = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        try
        {
            DateTimeOffset now = new(2026, 5, 10, 12, 0, 0, TimeSpan.Zero);
            Assert.Equal(hours, Ago.Of(now.AddHours(-5), now));
            Assert.Equal(date, Ago.Of(now.AddDays(-3), now));
            Assert.Equal(one, Words.L.Count(1, "1 passage", "{0:N0} passages"));
            Assert.Equal(many, Words.L.Count(1284, "1 passage", "{0:N0} passages"));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, words);
        }
    }
}
