using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>The API's reference page under our Content-Security-Policy.</summary>
public sealed class ApiReferenceTests(HostedApp app) : IClassFixture<HostedApp>
{
    [Fact]
    public async Task It_renders_from_this_host_alone_and_offends_no_policy()
    {
        app.Require();
        await using IBrowserContext ada = await app.PersonAsync();
        IPage page = await app.SetUpAsync(ada);
        List<string> foreign = [], refused = [];
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" or "ws" or "wss" } url && url.Authority != app.Address.Authority) foreign.Add(request.Url);
        };
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) refused.Add(message.Text);
        };
        page.PageError += (_, e) => refused.Add(e);

        await page.GotoAsync("/api/docs");
        await Expect(page.GetByText("Run a published flow").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByText("Answer a step that waits for a person").First).ToBeVisibleAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        Assert.Empty(foreign);
        Assert.Empty(refused);
    }
}
