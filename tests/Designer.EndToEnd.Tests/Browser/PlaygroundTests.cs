using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>A program whose workspace has four models: a quick one, a slow one, one that fails and one that sees.</summary>
public sealed class AppWithModels : HostedApp
{
    internal PlaygroundServer Quick { get; private set; } = null!;
    internal PlaygroundServer Slow { get; private set; } = null!;
    internal PlaygroundServer Broken { get; private set; } = null!;
    internal PlaygroundServer Seeing { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        (Quick, Slow, Broken) = (await PlaygroundServer.StartAsync(), await PlaygroundServer.StartAsync(isSlow: true), await PlaygroundServer.StartAsync("the disk is on fire"));
        // What its test shows it: a yellow picture and a green one.
        Seeing = await PlaygroundServer.StartAsync(words: ["Yellow", " and", " green."]);
        await base.InitializeAsync();
        if (Browser is null) return;
        await (await OwnerAsync()).DisposeAsync();
        await CommandAsync("", "model", "add", "broken", "--endpoint", Broken.Endpoint, "--model", "m", "--private");
        await CommandAsync("", "model", "add", "quick", "--endpoint", Quick.Endpoint, "--model", "m", "--private", "--input-price", "2", "--output-price", "10");
        await CommandAsync("", "model", "add", "seeing", "--endpoint", Seeing.Endpoint, "--model", "m", "--private");
        await CommandAsync("", "model", "test", "seeing");
        await CommandAsync("", "model", "add", "slow", "--endpoint", Slow.Endpoint, "--model", "m", "--private");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (PlaygroundServer server in (PlaygroundServer[])[Quick, Slow, Broken, Seeing]) await server.DisposeAsync();
    }
}

/// <summary>Models are compared side by side.</summary>
public sealed class PlaygroundTests(AppWithModels app) : IClassFixture<AppWithModels>
{
    private const float Patience = 60_000;
    // A picture of one point.
    private static readonly byte[] s_png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");
    private static readonly LocatorAssertionsToBeVisibleOptions s_soon = new() { Timeout = Patience };

    [Fact]
    public async Task Three_models_answer_the_same_each_at_its_own_pace_and_nothing_is_lost_on_reload()
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        ada.SetDefaultTimeout(Patience);
        IPage page = await ada.NewPageAsync();
        await page.GotoAsync("/models");
        // What is chosen before the circuit stands is lost.
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Link, new() { Name = "Playground" }).ClickAsync();
        await Choose(page, 1).SelectOptionAsync("quick");
        await Choose(page, 2).SelectOptionAsync("slow");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a model" }).ClickAsync();
        await Choose(page, 3).SelectOptionAsync("broken");
        await page.GetByRole(AriaRole.Button, new() { Name = "Settings of model 1" }).ClickAsync();
        await page.GetByLabel("Seed").FillAsync("7");
        await page.GetByLabel("Seed").PressAsync("Tab");
        await page.GetByLabel("Instructions").FillAsync("Count.");
        await page.GetByLabel("Message").FillAsync("From one");
        await page.GetByLabel("Message").PressAsync("Control+Enter");

        ILocator quick = Answer(page, "quick"), slow = Answer(page, "slow"), broken = Answer(page, "broken");
        await Expect(quick).ToContainTextAsync("One two three.", new() { Timeout = Patience });
        await Expect(quick).ToContainTextAsync("1,200 → 30 tokens", new() { Timeout = Patience });
        await Expect(quick).ToContainTextAsync("$0.0027");
        await Expect(quick).ToHaveAttributeAsync("aria-busy", "false");
        await Expect(broken).ToContainTextAsync("the disk is on fire", new() { Timeout = Patience });
        await Expect(slow.Locator(".play-text")).ToHaveTextAsync("One", new() { Timeout = Patience });
        await Expect(slow).ToHaveAttributeAsync("aria-busy", "true");

        app.Slow.Speak();
        await Expect(slow.Locator(".play-text")).ToHaveTextAsync("One two", new() { Timeout = Patience });
        await slow.GetByRole(AriaRole.Button, new() { Name = "Stop slow" }).ClickAsync();
        await Expect(slow.GetByText("stopped", new() { Exact = true })).ToBeVisibleAsync(s_soon);
        await Expect(page.GetByLabel("Message")).ToHaveValueAsync("");

        await page.GetByLabel("Message").FillAsync("And on");
        await page.WaitForFunctionAsync("() => Object.entries(localStorage).some(([key, value]) => key.includes('playground.prompt') && value.includes('And on'))", null, new() { Timeout = Patience });
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Instructions")).ToHaveValueAsync("Count.", new() { Timeout = Patience });
        await Expect(page.GetByLabel("Message")).ToHaveValueAsync("And on");
        await Expect(quick).ToContainTextAsync("One two three.");
        await Expect(broken).ToContainTextAsync("the disk is on fire");
        await Expect(slow.GetByText("stopped", new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();
        await Expect(quick.Nth(1)).ToContainTextAsync("One two three.", new() { Timeout = Patience });
        await Expect(broken.Nth(1)).ToContainTextAsync("the disk is on fire", new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop all" }).ClickAsync();
        await Expect(slow.Nth(1).GetByText("stopped", new() { Exact = true })).ToBeVisibleAsync(s_soon);
        Assert.Equal("system: Count.|user: From one|assistant: One two three.|user: And on", Said(app.Quick.Asked.Last()));
        Assert.Equal(7, app.Quick.Asked.Last().GetProperty("seed").GetInt32());
        // A turn that failed is not part of what a model sees; one that was stopped is, as far as it came.
        Assert.Equal("system: Count.|user: And on", Said(app.Broken.Asked.Last()));
        Assert.Equal("system: Count.|user: From one|assistant: One two|user: And on", Said(app.Slow.Asked.Last()));
    }

    [Fact]
    public async Task A_picture_goes_to_the_model_that_sees_and_the_other_says_that_it_does_not()
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        ada.SetDefaultTimeout(Patience);
        IPage page = await ada.NewPageAsync();
        await page.GotoAsync("/models/playground");
        // What is chosen before the circuit stands is lost.
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = Patience });
        await Choose(page, 1).SelectOptionAsync("seeing");
        await Choose(page, 2).SelectOptionAsync("quick");
        // Blazor's script notes on the element that it listens; what is chosen before is lost.
        ILocator attach = page.GetByLabel("Attach images");
        await page.WaitForFunctionAsync("input => '_blazorInputFileNextFileId' in input", await attach.ElementHandleAsync(), new() { Timeout = Patience });
        await attach.SetInputFilesAsync(new FilePayload { Name = "colours.png", MimeType = "image/png", Buffer = s_png });
        ILocator attached = page.GetByRole(AriaRole.Button, new() { Name = "Remove colours.png" });
        await Expect(attached).ToBeVisibleAsync(s_soon);
        await page.GetByLabel("Message").FillAsync("Which colours?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();

        await Expect(Answer(page, "seeing")).ToContainTextAsync("Yellow and green.", new() { Timeout = Patience });
        await Expect(Answer(page, "quick")).ToContainTextAsync("This model does not see images.", new() { Timeout = Patience });
        await Expect(page.Locator(".play-asked").GetByText("colours.png")).ToBeVisibleAsync(s_soon);
        await Expect(attached).ToHaveCountAsync(0, new() { Timeout = Patience });
        Assert.Contains($"data:image/png;base64,{Convert.ToBase64String(s_png)}", app.Seeing.Asked.Last().GetProperty("messages").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_found_becomes_a_flow_and_a_node_to_paste()
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        ada.SetDefaultTimeout(Patience);
        IPage page = await ada.NewPageAsync();
        await OpenMenuAsync(page);
        await page.GetByText("Copy as a node to paste into a flow").ClickAsync();
        await page.WaitForFunctionAsync("async () => (await navigator.clipboard.readText()).includes('model.chat')", null, new() { Timeout = Patience });
        // Anew: a click on the button of a menu that is still closing would close it.
        await OpenMenuAsync(page);
        await page.GetByText("New flow with this model").ClickAsync();

        await Expect(page.Locator(".dz[data-status=ready]")).ToBeVisibleAsync(s_soon);
        await Expect(page.GetByTestId("node-reply")).ToBeVisibleAsync(s_soon);
        await page.Locator(".react-flow__pane").ClickAsync(new() { Position = new() { X = 20, Y = 300 } });
        await page.Keyboard.PressAsync("Control+v");
        await Expect(page.Locator("[data-testid^=node-]").Filter(new() { HasText = "quick" })).Not.ToHaveCountAsync(0, new() { Timeout = Patience });
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("chat-input").FillAsync("From one");
        await page.GetByTestId("chat-send").ClickAsync();
        await Expect(page.GetByText("One two three.").First).ToBeVisibleAsync(s_soon);
    }

    [Fact]
    public async Task Without_a_model_the_embedded_one_says_what_it_is_and_a_phone_shows_one_answer_at_a_time()
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        ada.SetDefaultTimeout(Patience);
        IPage page = await ada.NewPageAsync();
        await page.SetViewportSizeAsync(390, 844);
        await page.GotoAsync("/models/playground");
        await Choose(page, 1).SelectOptionAsync("extractive");
        await Expect(page.GetByText("writes nothing of its own").First).ToBeVisibleAsync(s_soon);
        await page.GetByRole(AriaRole.Group, new() { Name = "Which model is shown" }).GetByRole(AriaRole.Button).Nth(1).ClickAsync();
        await Choose(page, 2).SelectOptionAsync("quick");
        await Expect(Choose(page, 1)).ToBeHiddenAsync();
        await page.GetByLabel("Instructions").FillAsync("Summarise the user's text in one sentence.");
        await page.GetByLabel("Message").FillAsync("The meeting was moved to Friday. Everybody agreed to that.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();

        await Expect(Answer(page, "quick")).ToContainTextAsync("One two three.", new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Group, new() { Name = "Which model is shown" }).GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(Answer(page, "quick")).ToBeHiddenAsync();
        await Expect(Answer(page, "extractive")).ToContainTextAsync("The meeting was moved to Friday.", new() { Timeout = Patience });
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the phone.");
    }

    private static async Task OpenMenuAsync(IPage page)
    {
        await page.GotoAsync("/models/playground");
        await Choose(page, 2).SelectOptionAsync("quick");
        await page.GetByLabel("Instructions").FillAsync("Be brief.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for model 2" }).ClickAsync();
    }

    private static ILocator Choose(IPage page, int column) => page.GetByRole(AriaRole.Combobox, new() { Name = $"Model {column}", IncludeHidden = true });

    private static ILocator Answer(IPage page, string model) => page.Locator($"article[aria-label='Answer of {model}']");

    private static string Said(JsonElement asked) => string.Join('|', asked.GetProperty("messages").EnumerateArray().Select(m => $"{m.GetProperty("role").GetString()}: {Text(m.GetProperty("content"))}"));

    private static string? Text(JsonElement content) => content.ValueKind == JsonValueKind.String ? content.GetString() : content[0].GetProperty("text").GetString();
}
