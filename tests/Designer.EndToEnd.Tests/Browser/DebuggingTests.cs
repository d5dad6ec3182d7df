using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>Debugging a draft in a real browser: rerun, pins, breakpoints, saved inputs.</summary>
public sealed class DebuggingTests(HostedApp app) : IClassFixture<HostedApp>
{
    private const int Patience = 60_000;

    // The script fails until somebody mends it; what comes before it acts outside and costs.
    private const string Flow = """
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-00000000d001", "name": "Debug me", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "q", "type": "string", "required": true } ] } },
          { "id": "reply", "type": "model.chat", "typeVersion": 1, "name": "Reply", "position": { "x": 240, "y": 0 }, "settings": { "model": "extractive", "messages": [ { "role": "user", "text": "{{ start.q }}" } ] } },
          { "id": "script", "type": "tools.code", "typeVersion": 1, "name": "Script", "position": { "x": 480, "y": 0 }, "settings": { "code": "throw new Error('not mended')", "input": { "text": "{{ reply.text }}" } } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 720, "y": 0 }, "settings": { "text": "{{ script.result }}" } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "reply:in" }, { "id": "e2", "from": "reply:out", "to": "script:in" }, { "id": "e3", "from": "script:out", "to": "answer:in" } ] }
        """;

    [Fact]
    public async Task Somebody_mends_a_flow_without_paying_twice()
    {
        app.Require();
        await using IBrowserContext ada = await app.PersonAsync();
        IPage page = await ada.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        List<string> errors = [];
        page.PageError += (_, e) => errors.Add(e);

        await app.SetUpAsync(page);
        await page.ImportAsync(Flow, "Debug me", "node-script");
        await RerunFromTheFailedStepAsync(page);
        await CompareAsync(page);
        await PinAsync(page);
        await ChangeAValueAsync(page);
        await StopAndStepAsync(page);
        await KeepAnInputAsync(page);
        await RunATableAsync(page);
        await CopyAPastRunAsync(page);

        Assert.Empty(errors);
    }

    private static async Task RerunFromTheFailedStepAsync(IPage page)
    {
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("input-q").FillAsync("The sky is blue today. What colour is the sky?");
        await page.GetByTestId("run-start").ClickAsync();
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("failed");
        await Expect(page.GetByTestId("rerun-note")).ToContainTextAsync("Reply");

        await page.GetByTestId("node-script").ClickAsync();
        await page.GetByTestId("setting-code").ClickAsync();
        await page.Keyboard.PressAsync("ControlOrMeta+a");
        await page.Keyboard.TypeAsync("return 'mended ' + input.text");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByTestId("rerun").ClickAsync();
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("mended");
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("done");
        await Expect(page.GetByTestId("replay-note")).ToContainTextAsync("Reply");
        await Expect(page.GetByTestId("node-reply")).ToHaveAttributeAsync("data-state", "cached");
    }

    private static async Task CompareAsync(IPage page)
    {
        await page.GotoAsync((await page.GetByTestId("compare").GetAttributeAsync("href"))!);
        await Expect(page.GetByTestId("compared-script")).ToHaveAttributeAsync("data-same", "false");
        await Expect(page.GetByTestId("compared-reply")).ToHaveAttributeAsync("data-same", "true");
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync();
        await page.GetByTestId("only-changes").ClickAsync();
        await Expect(page.GetByTestId("compared-reply")).Not.ToBeAttachedAsync();
        await page.GetByTestId("compared-script").Locator("summary").ClickAsync();
        await Expect(page.GetByTestId("compared-script").Locator("ins").First).ToBeVisibleAsync();
        await page.GotoAsync("/flows/debug-me");
    }

    private static async Task ChangeAValueAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Tab, new() { Name = "Values" }).ClickAsync();
        await page.GetByTestId("variables-search").FillAsync("PINNED");
        await Expect(page.GetByTestId("value-script.result")).ToContainTextAsync("mended PINNED");
        await Expect(page.GetByTestId("value-start.q")).Not.ToBeAttachedAsync();
        await page.GetByTestId("variables-search").FillAsync("");
        await page.GetByTestId("value-reply.text").DblClickAsync();
        await page.GetByTestId("value-edit").FillAsync("CHANGED");
        await page.GetByTestId("value-save").ClickAsync();
        await Expect(page.GetByTestId("pin-reply")).ToBeVisibleAsync();
        await page.GetByTestId("values-run-script").ClickAsync();
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("mended CHANGED");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Values" }).ClickAsync();
        await page.GetByTestId("reset-all").ClickAsync();
        await Expect(page.GetByTestId("pin-reply")).Not.ToBeAttachedAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Run", Exact = true }).ClickAsync();
    }

    private static async Task CopyAPastRunAsync(IPage page)
    {
        await page.GotoAsync("/flows/debug-me/runs");
        await page.Locator("tr", new() { HasText = "failed" }).Last.Locator("a.cover").ClickAsync();
        // Its own version again: the script is still broken there, the answer before it is not asked for twice.
        string failed = page.Url;
        await Expect(page.GetByTestId("rerun-note")).ToContainTextAsync("Reply");
        await page.GetByTestId("rerun").ClickAsync();
        await page.WaitForURLAsync(url => url != failed);
        await Expect(page.GetByTestId("step-reply")).ToContainTextAsync("from the record");
        await page.GotoAsync(failed);
        await page.GetByTestId("copy-to-editor").ClickAsync();
        await Expect(page.GetByTestId("copied-note")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("failed");
        await page.GetByTestId("rerun").ClickAsync();
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("mended");
        await Expect(page.GetByTestId("replay-note")).ToContainTextAsync("Reply");
    }

    private static async Task PinAsync(IPage page)
    {
        await page.GetByTestId("node-reply").ClickAsync();
        await page.Keyboard.PressAsync("p");
        await Expect(page.GetByTestId("pin-reply")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByTestId("pin-reply")).ToBeVisibleAsync();

        await page.GetByTestId("node-reply").ClickAsync(new() { Button = MouseButton.Right });
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit the pinned output" }).ClickAsync();
        await page.GetByTestId("pin-value").FillAsync("""{ "text": 5 }""");
        await page.GetByTestId("pin-save").ClickAsync();
        await Expect(page.GetByTestId("pin-dialog")).ToContainTextAsync("must be a text");
        await page.GetByTestId("pin-value").FillAsync("""{ "text": "PINNED" }""");
        await page.GetByTestId("pin-save").ClickAsync();
        await Expect(page.GetByTestId("pin-dialog")).Not.ToBeAttachedAsync();

        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("run-start").ClickAsync();
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("mended PINNED");
        await page.GetByTestId("node-reply").ClickAsync();
        await page.Keyboard.PressAsync("p");
        await Expect(page.GetByTestId("pin-reply")).Not.ToBeAttachedAsync();
    }

    private static async Task StopAndStepAsync(IPage page)
    {
        await page.GetByTestId("node-script").ClickAsync();
        await page.Keyboard.PressAsync("b");
        await Expect(page.GetByTestId("breakpoint-script")).ToBeVisibleAsync();
        await page.GetByTestId("run-start").ClickAsync();
        await Expect(page.GetByTestId("stopped-script")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("stopped at a breakpoint");

        // The run holds nothing here and waits; after a reload it is still there, and so is the breakpoint.
        await page.ReloadAsync();
        await Expect(page.GetByTestId("breakpoint-script")).ToBeVisibleAsync();
        await page.GetByTestId("open-run").ClickAsync();
        await Expect(page.GetByTestId("stopped-script")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("node-script")).ToHaveAttributeAsync("data-state", "stopped");
        await page.GetByTestId("debug-step").ClickAsync();
        await Expect(page.GetByTestId("stopped-answer")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("F8");
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("done");
        await page.GetByTestId("node-script").ClickAsync();
        await page.Keyboard.PressAsync("b");
        await Expect(page.GetByTestId("breakpoint-script")).Not.ToBeAttachedAsync();

        // One node by the tools above it: it says whose values it took. Escape takes the tools away with the selection.
        await page.GetByTestId("tool-run").ClickAsync();
        await Expect(page.GetByTestId("probe-note")).ToContainTextAsync("Only “Script” was run");
        await Expect(page.GetByTestId("probe-note").Locator("a")).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^/runs/[0-9a-f-]{36}$"));
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("mended");
        await page.GetByTestId("tool-run-to").ClickAsync();
        await Expect(page.GetByTestId("probe-note")).ToContainTextAsync("up to “Script”");
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("done");
    }

    private static async Task KeepAnInputAsync(IPage page)
    {
        await page.GetByTestId("test-inputs").ClickAsync();
        await page.GetByTestId("test-input-name").FillAsync("The sky");
        await page.GetByTestId("test-input-save").ClickAsync();
        await Expect(page.GetByTestId("test-input-The sky")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await page.GetByTestId("open-run").ClickAsync();
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("done");
        await page.Locator(".input-fold").ClickAsync();
        await page.GetByTestId("input-q").FillAsync("something else");
        await page.GetByTestId("test-inputs").ClickAsync();
        await page.GetByTestId("test-input-The sky").ClickAsync();
        await Expect(page.GetByTestId("input-q")).ToHaveValueAsync("The sky is blue today. What colour is the sky?");
    }

    private static async Task RunATableAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Tab, new() { Name = "Table" }).ClickAsync();
        await page.GetByTestId("table-file").SetInputFilesAsync(new FilePayload
        {
            Name = "skies.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("\uFEFFQuestion;Note\r\n\"The sky is blue; really. What colour is the sky?\";=1+1\r\n;no question\r\n\"Grass is\r\ngreen. What colour is grass?\";x\r\n"),
        });
        // No column is called like the input: the mapping is chosen.
        await Expect(page.GetByTestId("table-errors")).ToContainTextAsync("3 of 3 rows");
        await Expect(page.GetByTestId("table-start")).ToBeDisabledAsync();
        await page.GetByTestId("column-q").ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = "Question" }).ClickAsync();
        await Expect(page.GetByTestId("table-errors")).ToContainTextAsync("1 of 3 rows");
        await Expect(page.GetByTestId("table-errors")).ToContainTextAsync("“q” is missing");
        await page.GetByTestId("table-start").ClickAsync();
        await Expect(page.GetByTestId("table-row-1")).ToHaveAttributeAsync("data-state", "completed");
        await Expect(page.GetByTestId("table-row-2")).ToHaveAttributeAsync("data-state", "failed");
        await Expect(page.GetByTestId("table-row-3")).ToContainTextAsync("mended");
        await Expect(page.GetByTestId("table-state")).ToContainTextAsync("3 rows");

        await page.ReloadAsync();
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Table" }).ClickAsync();
        await Expect(page.GetByTestId("table-row-1")).ToHaveAttributeAsync("data-state", "completed");
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("table-download").ClickAsync());
        Assert.Equal("skies results.csv", download.SuggestedFilename);
        string csv = await File.ReadAllTextAsync(await download.PathAsync());
        Assert.Contains(",'=1+1,", csv, StringComparison.Ordinal);
    }
}
