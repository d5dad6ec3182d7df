using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>The program, which forgets a page whose browser is not there as soon as it can.</summary>
public sealed class ForgetfulApp : HostedApp
{
    public ForgetfulApp() => Settings["DESIGNER_PAGES__KEEPSECONDS"] = "1";
}

/// <summary>A connection that is gone for longer than the server keeps the page: the page comes back by itself, with all that was done and typed meanwhile.</summary>
public sealed partial class LostCircuitTests(ForgetfulApp app) : IClassFixture<ForgetfulApp>
{
    [Fact]
    public async Task A_page_that_the_server_has_forgotten_comes_back_with_everything_that_was_done_and_typed()
    {
        app.Require();
        await using IBrowserContext adas = await app.PersonAsync(), graces = await app.PersonAsync();
        IPage ada = await app.SetUpAsync(adas);
        IPage grace = await ada.InviteAsync(graces, "grace@example.org", "Grace Hopper");
        bool isAway = false;
        List<IWebSocketRoute> wires = [];
        await ada.RouteWebSocketAsync(Circuit(), wire =>
        {
            wires.Add(wire);
            wires.Add(wire.ConnectToServer());
        });
        await ada.RouteAsync(Circuit(), route => isAway ? route.AbortAsync() : route.ContinueAsync());
        await ada.Clock.InstallAsync();
        await ada.OpenEditorAsync();
        await ada.GetByTestId("open-run").ClickAsync();
        await grace.OpenEditorAsync();
        await Expect(grace.GetByTestId("others").GetByText("AL")).ToBeVisibleAsync();

        isAway = true;
        foreach (IWebSocketRoute wire in wires) await wire.CloseAsync();
        await Expect(ada.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        // The server has given the page up: Grace is alone.
        await Expect(grace.GetByTestId("others")).ToHaveCountAsync(0);

        await ada.RenameAsync("reply", "Done while away");
        await ada.GetByTestId("node-sorry").ClickAsync(new() { Position = new() { X = 60, Y = 40 } });
        // Typing is committed when it pauses; here time stands still while she types, and the page goes before it does.
        await ada.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
        await ada.GetByTestId("chat-input").FillAsync("Asked later");
        await ada.GetByTestId("setting-text").ClickAsync();
        await ada.Keyboard.PressAsync("Control+a");
        await ada.Keyboard.TypeAsync("Typed and never left");
        Task<IResponse> again = ada.WaitForResponseAsync(response => response.Request.IsNavigationRequest && response.Ok);
        isAway = false;
        await ada.EvaluateAsync("() => dispatchEvent(new Event('online'))");
        await again;
        await ada.Clock.ResumeAsync();

        await ada.EditorIsReadyAsync();
        foreach (IPage page in (IPage[])[ada, grace])
        {
            await page.NodeSaysAsync("reply", "Done while away");
            await page.NodeSaysAsync("sorry", "Typed and never left");
        }
        await ada.IsSavedAsync();
        await Expect(ada.Locator(".dz")).ToHaveCountAsync(1);
        await Expect(grace.GetByTestId("others").GetByText("AL")).ToBeVisibleAsync();
        await ada.GetByTestId("open-run").ClickAsync();
        await Expect(ada.GetByTestId("chat-input")).ToHaveValueAsync("Asked later");

        // A name that was still being written counts, too.
        await ada.GetByTestId("node-search").ClickAsync(new() { Position = new() { X = 60, Y = 40 } });
        await ada.Keyboard.PressAsync("F2");
        await ada.GetByLabel("Name of the node").FillAsync("Half a na");
        await ada.ReloadAsync();
        await ada.NodeSaysAsync("search", "Half a na");
        await grace.NodeSaysAsync("search", "Half a na");
    }

    [GeneratedRegex("/_blazor(\\?|/negotiate)")]
    private static partial Regex Circuit();
}
