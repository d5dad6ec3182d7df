using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>An app that may load the shared models, of which the largest leaves room for no other.</summary>
public sealed class AppShortOfMemory : HostedApp
{
    public string? Models { get; } = Find();

    public override async ValueTask InitializeAsync()
    {
        if (Models is not null) Settings["DESIGNER_onnx__allowedFolders__0"] = Models;
        Settings["DESIGNER_onnx__memoryMegabytes"] = "16";
        await base.InitializeAsync();
    }

    private static string? Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "models") is var path && Directory.Exists(path)) return path;
        return null;
    }
}

/// <summary>A model that does not chat, from its folder to the trace of a run: added, changed, chosen on the canvas, run.</summary>
public sealed class KindNodeTests(AppShortOfMemory app) : IClassFixture<AppShortOfMemory>
{
    private static readonly LocatorAssertionsToBeVisibleOptions s_soon = new() { Timeout = 60_000 };

    private const string Labelling = """
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-00000000f301", "name": "What is it", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "page", "type": "file", "required": true } ] } },
          { "id": "label", "type": "models.classify", "typeVersion": 1, "name": "Label it", "position": { "x": 280, "y": 0 }, "settings": { "file": "{{ start.page }}" } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "It is {{ label.label }}" } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "label:in" }, { "id": "e2", "from": "label:out", "to": "answer:in" } ] }
        """;

    [Fact]
    public async Task A_model_is_added_changed_chosen_on_the_canvas_and_its_call_stands_in_the_trace()
    {
        app.Require();
        Assert.False(app.Models is null && Environment.GetEnvironmentVariable("CI") == "true", "The shared models are missing.");
        if (app.Models is null) Assert.Skip("Put the shared folder with its models beside the checkout to test with it.");
        await using IBrowserContext ada = await app.OwnerAsync();
        IPage page = await ada.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        List<string> errors = [];
        page.PageError += (_, e) => errors.Add(e);

        await page.OpenAsync("/models");
        await AddAsync(page, "magika-v3.3", "types");
        await AddAsync(page, "pp-ocr-v4", "ocr");
        await ChangeAsync(page);
        await page.ImportAsync(Labelling, "What is it", "node-label");
        await ChooseAsync(page);
        await RunAsync(page);

        Assert.Empty(errors);
    }

    private async Task AddAsync(IPage page, string folder, string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add from folder" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("#folder").FillAsync(Path.Combine(app.Models!, folder));
        await dialog.Locator("#folder").PressAsync("Tab");
        await Expect(dialog.Locator(".chip.ok")).ToBeVisibleAsync(s_soon);
        await dialog.Locator("#folder-name").FillAsync(name);
        await dialog.Locator("#folder-name").PressAsync("Tab");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true })).ToBeVisibleAsync(s_soon);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0, new() { Timeout = 60_000 });
    }

    // A price, and a provider that is not there: the form says so, and saves what works.
    private static async Task ChangeAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Change ocr" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("#folder-in-price").FillAsync("2");
        await dialog.Locator("#folder-in-price").PressAsync("Tab");
        await dialog.Locator("#folder-provider").SelectOptionAsync("cuda");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test" }).ClickAsync();
        await Expect(dialog.GetByText("The execution provider 'cuda'")).ToBeVisibleAsync(s_soon);
        await dialog.Locator("#folder-provider").SelectOptionAsync("");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("“ocr” is changed.")).ToBeVisibleAsync(s_soon);
        await Expect(page.GetByText("in this process, in memory")).ToBeVisibleAsync(s_soon);
    }

    // Only models that label are offered; what they need is said before the run.
    private static async Task ChooseAsync(IPage page)
    {
        await page.GetByTestId("node-label").ClickAsync(new() { Position = new() { X = 60, Y = 20 } });
        await page.GetByTestId("setting-model").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Listbox).GetByRole(AriaRole.Option)).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Option, new() { Name = "types" }).ClickAsync();
        await Expect(page.GetByTestId("setting-model")).ToHaveAttributeAsync("data-value", "types", new() { Timeout = 60_000 });
        await EditedApp.SavedAsync(page);
        await page.GetByTestId("open-run").ClickAsync();
        await Expect(page.GetByTestId("memory-note")).ToContainTextAsync("This would unload pp-ocr-v4.", new() { Timeout = 60_000 });
    }

    private async Task RunAsync(IPage page)
    {
        await page.GetByTestId("chooser-page").SetInputFilesAsync(Path.Combine(app.Models!, "pp-ocr-v4", "sample-page.png"));
        await Expect(page.GetByTestId("input-page").GetByTestId("file-chip")).ToContainTextAsync("sample-page.png", new() { Timeout = 60_000 });
        Task<IResponse> started = page.WaitForResponseAsync(response => response.Request.Method == "POST" && response.Url.EndsWith("/runs", StringComparison.Ordinal));
        await page.GetByTestId("run-start").ClickAsync();
        string run = (await (await started).JsonAsync())!.Value.GetProperty("runId").GetString()!;
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("It is png", new() { Timeout = 60_000 });
        await page.GetByTestId("trace-row-label").ClickAsync();
        await Expect(page.Locator(".model-calls")).ToContainTextAsync("types", new() { Timeout = 60_000 });
        await Expect(page.Locator(".model-calls dt")).ToContainTextAsync(["Load", "Total"]);

        await page.OpenAsync($"/runs/{run}");
        await page.GetByTestId("step-label").Locator("summary").ClickAsync();
        await Expect(page.GetByTestId("step-label").Locator(".model-calls")).ToContainTextAsync("types", new() { Timeout = 60_000 });
    }
}
