using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Designer.Web.Tests.Api;

/// <summary>The API's description and its page.</summary>
public sealed partial class ReferenceTests(ReferenceTests.Shared shared) : IClassFixture<ReferenceTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public DesignerApp App { get; private set; } = null!;
        public async ValueTask InitializeAsync() => App = await DesignerApp.WithOwnerAsync();
        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    [Fact]
    public async Task The_document_describes_the_public_api_and_nothing_else()
    {
        JsonElement document = JsonElement.Parse(await shared.App.Browser().PageAsync("/api/openapi.json"));

        Assert.Equal(
            ["/api/v1/files", "/api/v1/flows/{slug}/runs", "/api/v1/runs/{runId}", "/api/v1/runs/{runId}/cancel", "/api/v1/runs/{runId}/events", "/api/v1/runs/{runId}/files/{fileId}", "/api/v1/runs/{runId}/resume"],
            document.GetProperty("paths").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        JsonElement scheme = Assert.Single(document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject()).Value;
        Assert.Equal(("http", "bearer"), (scheme.GetProperty("type").GetString(), scheme.GetProperty("scheme").GetString()));
        Assert.NotEmpty(document.GetProperty("security").EnumerateArray());
        JsonElement start = document.GetProperty("paths").GetProperty("/api/v1/flows/{slug}/runs").GetProperty("post");
        Assert.Contains(start.GetProperty("parameters").EnumerateArray(), p => p.GetProperty("name").GetString() == "Idempotency-Key");
        Assert.True(start.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").TryGetProperty("example", out _));
        JsonElement content = start.GetProperty("responses").GetProperty("200").GetProperty("content");
        Assert.True(content.GetProperty("application/json").TryGetProperty("example", out _) && content.TryGetProperty("text/event-stream", out _));
        Assert.True(start.GetProperty("responses").GetProperty("422").GetProperty("content").TryGetProperty("application/problem+json", out _));
    }

    [Fact]
    public async Task The_page_is_for_members_and_its_one_script_goes_by_a_fresh_nonce()
    {
        using HttpResponseMessage stranger = await shared.App.Browser().GetAsync("/api/docs");
        TestBrowser owner = await shared.App.SignInAsync(shared.App.Owner.Email);
        using HttpResponseMessage first = await PageAsync(owner);
        using HttpResponseMessage second = await PageAsync(owner);

        Assert.Equal(HttpStatusCode.Redirect, stranger.StatusCode);
        Assert.Equal("/signin?returnUrl=%2Fapi%2Fdocs", stranger.Headers.Location!.PathAndQuery);
        Assert.NotEqual(Nonce(first), Nonce(second));
        string html = await first.Content.ReadAsStringAsync();
        Assert.Contains($"nonce=\"{Nonce(first)}\"", WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", Policy(first).Split(';').Single(p => p.Contains("script-src", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PageAsync(TestBrowser browser)
    {
        HttpResponseMessage page = await browser.GetAsync("/api/docs");
        if (page.Headers.Location is not { } location) return page;
        page.Dispose();
        return await browser.GetAsync(new Uri(new Uri("http://localhost/api/docs"), location).AbsolutePath);
    }

    private static string Policy(HttpResponseMessage page) => Assert.Single(page.Headers.GetValues("Content-Security-Policy"));

    private static string Nonce(HttpResponseMessage page) => Inside().Match(Policy(page)).Groups[1].Value;

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Inside();
}
