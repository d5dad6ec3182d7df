using System.Net;
using Designer.Storage;
using Designer.Web.Features.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Access;

public sealed class SignInTests
{
    private static Dictionary<string, string> Form(string email, string password) => new() { ["Form.Email"] = email, ["Form.Password"] = password };

    private static async Task<(HttpStatusCode Status, string Body)> TryAsync(DesignerApp app, string email, string password)
    {
        using HttpResponseMessage response = await app.Browser().SubmitAsync("/signin", Form(email, password));
        string body = await response.Content.ReadAsStringAsync();
        // What differs from page to page by nature: what was typed, and the anti-forgery token and the state that Blazor seals.
        return (response.StatusCode, System.Text.RegularExpressions.Regex.Replace(body.Replace(email, "", StringComparison.Ordinal), "value=\"[^\"]*\"|<!--.*?-->", "", System.Text.RegularExpressions.RegexOptions.Singleline));
    }

    [Fact]
    public async Task Strangers_and_members_with_a_wrong_password_get_the_same_answer()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();

        (HttpStatusCode status, string body) stranger = await TryAsync(app, "nobody@example.org", "something else");
        (HttpStatusCode status, string body) member = await TryAsync(app, app.Owner.Email, "something else");

        Assert.Equal(stranger, member);
        Assert.Contains("is wrong", stranger.body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_costs_one_check_of_a_hash_whoever_it_is_for()
    {
        CountingHasher hasher = new();
        await using DesignerApp app = await DesignerApp.WithOwnerAsync(builder => builder.Services.AddSingleton<IPasswordHasher<User>>(hasher));
        await TryAsync(app, "first@example.org", "something else");

        async Task<(int, int)> CostAsync(string email)
        {
            (hasher.Hashed, hasher.Checked) = (0, 0);
            await TryAsync(app, email, "something else");
            return (hasher.Hashed, hasher.Checked);
        }

        Assert.Equal((0, 1), await CostAsync("nobody@example.org"));
        for (int i = 0; i < 5; i++) Assert.Equal((0, 1), await CostAsync(app.Owner.Email));
        // Locked out by now.
        Assert.Equal((0, 1), await CostAsync(app.Owner.Email));
    }

    /// <summary>Identity's own, counted.</summary>
    private sealed class CountingHasher : PasswordHasher<User>
    {
        public int Hashed { get; set; }
        public int Checked { get; set; }

        public override string HashPassword(User user, string password)
        {
            Hashed++;
            return base.HashPassword(user, password);
        }

        public override PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Checked++;
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    [Fact]
    public async Task Signing_in_begins_a_session_that_nobody_knew_before()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        SignedInMember mallory = await app.AddMemberAsync("mallory@example.org", Role.Viewer);
        TestBrowser attacker = await app.SignInAsync(mallory.Email);
        string planted = attacker.SetCookies.Last(c => c.StartsWith("designer=", StringComparison.Ordinal));
        TestBrowser victim = app.Browser();
        victim.Plant(planted);

        using HttpResponseMessage signedIn = await victim.SubmitAsync("/signin", Form(app.Owner.Email, DesignerApp.Password));

        string fresh = victim.SetCookies.Last(c => c.StartsWith("designer=", StringComparison.Ordinal));
        Assert.NotEqual(planted.Split(';')[0], fresh.Split(';')[0]);
        Assert.Contains(app.Owner.Email, await victim.PageAsync("/settings/members"), StringComparison.Ordinal);
        // What was planted is still the attacker's own session and has become nobody else's: a viewer may not invite.
        Assert.Contains("Invite", await victim.PageAsync("/settings/members"), StringComparison.Ordinal);
        Assert.DoesNotContain("Invite", await attacker.PageAsync("/settings/members"), StringComparison.Ordinal);
        TestBrowser invented = app.Browser();
        invented.Plant("designer=known-to-the-attacker; path=/");
        using HttpResponseMessage page = await invented.GetAsync("/");
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_and_say_nothing_new()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        (HttpStatusCode, string) wrong = default;
        for (int i = 0; i < 5; i++) wrong = await TryAsync(app, app.Owner.Email, "wrong password");

        (HttpStatusCode, string) right = await TryAsync(app, app.Owner.Email, DesignerApp.Password);

        Assert.Equal(wrong, right);
    }

    [Fact]
    public async Task Too_many_attempts_from_one_address_are_turned_away()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        for (int i = 0; i < 20; i++) await TryAsync(app, $"nobody{i}@example.org", "wrong password");

        (HttpStatusCode status, _) = await TryAsync(app, app.Owner.Email, DesignerApp.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
    }

    [Theory]
    [InlineData("/knowledge", "/knowledge")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task Sign_in_leads_to_pages_of_this_host_only(string back, string lands)
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();

        using HttpResponseMessage response = await app.Browser().SubmitAsync($"/signin?returnUrl={Uri.EscapeDataString(back)}", Form(app.Owner.Email, DesignerApp.Password));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(lands, new Uri(new Uri("http://localhost/"), response.Headers.Location!).AbsolutePath);
        Assert.Equal("localhost", new Uri(new Uri("http://localhost/"), response.Headers.Location!).Host);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("evil")]
    [InlineData("//evil")]
    [InlineData("/\t/evil")]
    [InlineData("/a\\..\\b")]
    [InlineData("/\n/evil")]
    public void Other_return_addresses_become_the_start_page(string? url) => Assert.Equal("/", ReturnUrl.Safe(url));

    [Fact]
    public async Task Sign_out_ends_the_session()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        TestBrowser browser = await app.SignInAsync(app.Owner.Email);

        // Any page's token does: it belongs to the session, not to the form.
        await browser.PageAsync("/settings");
        string token = await TokenAsync(browser);
        using HttpResponseMessage left = await browser.PostAsync("/signout", new() { ["__RequestVerificationToken"] = token });
        using HttpResponseMessage page = await browser.GetAsync("/");

        Assert.Equal(HttpStatusCode.Redirect, left.StatusCode);
        Assert.Contains("/signin", page.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_who_was_removed_sees_nothing_any_more()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        SignedInMember editor = await app.AddMemberAsync("ed@example.org", Role.Editor);
        TestBrowser browser = await app.SignInAsync(editor.Email);
        await browser.PageAsync("/");

        await app.Services.GetRequiredService<MemberStore>().RemoveAsync(editor.WorkspaceId, editor.UserId);
        using HttpResponseMessage page = await browser.GetAsync("/");

        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.Contains("Sign in as somebody else", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> TokenAsync(TestBrowser browser)
    {
        string html = await browser.PageAsync("/signin");
        return WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(html, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value);
    }
}
