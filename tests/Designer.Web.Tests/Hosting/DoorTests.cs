using System.Net;
using System.Text.RegularExpressions;
using Designer.Storage;
using Designer.Web.Hosting;
using Designer.Web.Tests.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Designer.Web.Tests;

/// <summary>What is true of every page and endpoint, whatever it does.</summary>
public sealed partial class DoorTests(DoorTests.Shared shared) : IClassFixture<DoorTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public DesignerApp App { get; private set; } = null!;
        public async ValueTask InitializeAsync() => App = await DesignerApp.WithOwnerAsync();
        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    private DesignerApp App => shared.App;

    private IEnumerable<RouteEndpoint> Endpoints => App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void Only_the_known_doors_stand_open()
    {
        string[] open = [.. Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'))
            .Where(path => !IsAsset(path)).Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal(["/error", "/healthz", "/invite/{Token}", "/language", "/reset/{Token}", "/setup", "/signin", "/signout", "/status/{Code:int}"], open.Where(p => !p.StartsWith("/api/v1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nothing_else_opens_without_a_session()
    {
        int asked = 0;
        foreach (RouteEndpoint endpoint in Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            string url = Parameter().Replace("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), p => p.Value.Contains(":guid", StringComparison.Ordinal) ? Guid.Empty.ToString() : p.Value.Contains(":long", StringComparison.Ordinal) ? "1" : "x");
            IReadOnlyList<string> methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } known ? known : ["GET"];
            foreach (string method in methods)
            {
                using HttpResponseMessage response = await App.Browser().SendAsync(new HttpMethod(method), url, null);
                bool isLedToSignIn = response.StatusCode == HttpStatusCode.Redirect && response.Headers.Location!.ToString().Contains("/signin", StringComparison.Ordinal);
                Assert.True(isLedToSignIn || response.StatusCode == HttpStatusCode.Unauthorized, $"{method} {url} answered {(int)response.StatusCode}");
                asked++;
            }
        }
        Assert.True(asked > 10, "the list of endpoints is suspiciously short");
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/")]
    [InlineData("/nothing-here")]
    [InlineData("/css/app.css")]
    [InlineData("/healthz")]
    public async Task Every_answer_carries_the_security_headers(string url)
    {
        using HttpResponseMessage response = await App.Browser().GetAsync(url);

        Assert.Equal(SecurityHeaders.ContentSecurityPolicy, Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public void Scripts_come_from_this_host_and_never_inline()
    {
        string scripts = SecurityHeaders.ContentSecurityPolicy.Split(';').Single(part => part.Trim().StartsWith("script-src", StringComparison.Ordinal));

        Assert.Equal("script-src 'self'", scripts.Trim());
        Assert.Contains("frame-ancestors 'none'", SecurityHeaders.ContentSecurityPolicy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/templates")]
    [InlineData("/knowledge")]
    [InlineData("/models")]
    [InlineData("/settings")]
    [InlineData("/settings/members")]
    [InlineData("/settings/permissions")]
    public async Task Pages_hold_no_inline_script_and_name_no_other_host(string url)
    {
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);

        string html = await owner.PageAsync(url);

        Assert.DoesNotMatch(InlineScript(), html);
        Assert.DoesNotMatch(Handler(), html);
        Assert.All(Address().Matches(html), match => Assert.StartsWith("http://localhost", match.Groups[1].Value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost.evil.example")]
    [InlineData("null")]
    public async Task A_foreign_page_can_neither_open_the_hub_nor_send_forms(string origin)
    {
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);

        using HttpResponseMessage hub = await owner.PostAsync("/_blazor/negotiate?negotiateVersion=1", [], ("Origin", origin));
        using HttpResponseMessage form = await owner.PostAsync("/signout", [], ("Origin", origin));

        Assert.Equal(HttpStatusCode.Forbidden, hub.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, form.StatusCode);
    }

    [Fact]
    public async Task The_own_page_opens_the_hub()
    {
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);

        using HttpResponseMessage hub = await owner.PostAsync("/_blazor/negotiate?negotiateVersion=1", [], ("Origin", "http://localhost"), ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal(HttpStatusCode.OK, hub.StatusCode);
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/setup")]
    [InlineData("/invite/some-token")]
    [InlineData("/reset/some-token")]
    [InlineData("/signout")]
    [InlineData("/language")]
    public async Task Forms_without_the_anti_forgery_token_are_refused(string url)
    {
        using HttpResponseMessage response = await App.Browser().PostAsync(url, new() { ["_handler"] = url.Split('/')[1], ["Form.Email"] = App.Owner.Email, ["Form.Password"] = DesignerApp.Password });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.False(response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) && cookies.Any(c => c.StartsWith("designer=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_session_cookie_is_out_of_scripts_reach_and_secure_behind_tls()
    {
        await using ApiApp behindProxy = await ApiApp.StartAsync(services => services.AddTrustedProxies("127.0.0.1")), direct = await ApiApp.StartAsync();

        string secure = await CookieAsync(behindProxy.App, ("X-Forwarded-Proto", "https"));
        Assert.Contains("; secure", secure, StringComparison.Ordinal);
        Assert.Contains("; httponly", secure, StringComparison.Ordinal);
        Assert.Contains("; samesite=lax", secure, StringComparison.Ordinal);
        Assert.DoesNotContain("; secure", await CookieAsync(behindProxy.App), StringComparison.Ordinal);
        // Who is no known proxy is not believed.
        Assert.DoesNotContain("; secure", await CookieAsync(direct.App, ("X-Forwarded-Proto", "https")), StringComparison.Ordinal);
    }

    private static async Task<string> CookieAsync(DesignerApp app, params (string, string)[] headers)
    {
        TestBrowser browser = app.Browser();
        using HttpResponseMessage signedIn = await browser.SubmitAsync("/signin", "/signin", new() { ["Form.Email"] = app.Owner.Email, ["Form.Password"] = DesignerApp.Password }, headers);
        return browser.SetCookies.Last(c => c.StartsWith("designer=", StringComparison.Ordinal)).ToLowerInvariant();
    }

    [Fact]
    public async Task Health_is_told_to_everybody_and_assets_have_bytes_outside_development()
    {
        Assert.Equal("Healthy", await App.Browser().PageAsync("/healthz"));
        Assert.Contains("--mud-palette-primary", await App.Browser().PageAsync("/css/app.css"), StringComparison.Ordinal);
        Assert.Contains("--accent", await App.Browser().PageAsync("/canvas/tokens.css"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_takes_no_file_is_told_as_unhealthy()
    {
        var gone = new StorageOptions { DataFolder = Path.Combine(App.Folder, "gone") };
        var health = new StorageHealth(App.Services.GetRequiredService<MemberStore>(), gone);

        HealthCheckResult result = await health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
    }

    private static bool IsAsset(string path) => path.Contains('.', StringComparison.Ordinal) && !path.Contains('{', StringComparison.Ordinal);

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"<script(?![^>]*\bsrc=)[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();

    [GeneratedRegex(@"<[^>]+\son\w+\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex Handler();

    [GeneratedRegex(@"(?:src|href|action)=""((?:https?:)?//[^""]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
