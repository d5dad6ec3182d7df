using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>Files in a real browser: chosen, dropped and refused in the run panel, used by a run, shown and saved from its trace and its page.</summary>
public sealed class FileUploadTests(HostedApp app) : IClassFixture<HostedApp>
{
    private const int Patience = 60_000;
    // A picture of one point.
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    private const string Reading = """
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-00000000f001", "name": "Read my files", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "note", "type": "file", "required": true }, { "name": "photos", "type": "array<image>" } ] } },
          { "id": "read", "type": "data.readFile", "typeVersion": 1, "name": "Read", "position": { "x": 280, "y": 0 }, "settings": { "file": "{{ start.note }}" } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "{{ read.name }} begins with {{ read.text | slice: 0, 5 }}, photos: {{ start.photos | size }}" } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "read:in" }, { "id": "e2", "from": "read:out", "to": "answer:in" } ] }
        """;

    private const string Chat = """
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-00000000f002", "name": "Look at it", "mode": "chat", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "question", "type": "string", "required": true }, { "name": "photo", "type": "image" } ] } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 280, "y": 0 }, "settings": { "text": "{{ start.question }}: {{ start.photo }} is {{ start.photo.mediaType }}" } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "answer:in" } ] }
        """;

    private const string Saying = """
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-00000000f003", "name": "Say all of it", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "note", "type": "file", "required": true } ] } },
          { "id": "read", "type": "data.readFile", "typeVersion": 1, "name": "Read", "position": { "x": 280, "y": 0 }, "settings": { "file": "{{ start.note }}" } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "All: {{ read.text }}" } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "read:in" }, { "id": "e2", "from": "read:out", "to": "answer:in" } ] }
        """;

    [Fact]
    public async Task Files_are_uploaded_used_shown_and_saved()
    {
        app.Require();
        await using IBrowserContext ada = await app.PersonAsync();
        IPage page = await ada.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        List<string> errors = [];
        page.PageError += (_, e) => errors.Add(e);

        await app.SetUpAsync(page);
        await page.ImportAsync(Reading, "Read my files", "node-read");
        await page.GetByTestId("open-run").ClickAsync();
        await ChooseAsync(page);
        await DropAsync(page);
        string run = await RunAsync(page);
        await LookAtTheRunAsync(page, run);
        await page.ImportAsync(Chat, "Look at it", "node-answer");
        await AttachAsync(page);
        await page.ImportAsync(Saying, "Say all of it", "node-read");
        await SaveALargeAnswerAsync(page);

        Assert.Empty(errors);
    }

    // A refused file says why and does not stand in the way of the next one.
    private static async Task ChooseAsync(IPage page)
    {
        ILocator note = page.GetByTestId("input-note");
        await page.GetByTestId("chooser-note").SetInputFilesAsync(Named("tool.exe", "MZ\u0001\u0002"));
        await Expect(note.GetByTestId("file-upload")).ToContainTextAsync("is of a kind that is not taken");
        await page.GetByTestId("chooser-note").SetInputFilesAsync(Named("notes.txt", new string('n', 300_000)));
        await Expect(note.GetByTestId("file-chip")).ToContainTextAsync("notes.txt");
        await Expect(note.GetByTestId("file-chip")).ToContainTextAsync("293 KB");
        await Expect(note.GetByTestId("file-upload")).ToHaveCountAsync(0);
    }

    private static async Task DropAsync(IPage page)
    {
        ILocator photos = page.GetByTestId("input-photos");
        IJSHandle files = await page.EvaluateHandleAsync("""
            png => {
              const bytes = Uint8Array.from(atob(png), c => c.charCodeAt(0));
              const data = new DataTransfer();
              for (const name of ["one.png", "two.png"]) data.items.add(new File([bytes], name, { type: "image/png" }));
              return data;
            }
            """, Png);
        await photos.DispatchEventAsync("dragover", new { dataTransfer = files });
        await photos.DispatchEventAsync("drop", new { dataTransfer = files });
        await Expect(photos.GetByTestId("file-chip")).ToHaveTextAsync(["one.png70 B", "two.png70 B"]);
        await photos.GetByRole(AriaRole.Button, new() { Name = "Remove two.png" }).ClickAsync();
        await Expect(photos.GetByTestId("file-chip")).ToHaveCountAsync(1);
    }

    private static async Task<string> RunAsync(IPage page)
    {
        Task<IResponse> started = page.WaitForResponseAsync(response => response.Request.Method == "POST" && response.Url.EndsWith("/runs", StringComparison.Ordinal));
        await page.GetByTestId("run-start").ClickAsync();
        string run = (await (await started).JsonAsync())!.Value.GetProperty("runId").GetString()!;
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("notes.txt begins with nnnnn, photos: 1");

        // The trace: the start node's files, a small picture, and a large output as a preview with a link.
        await page.GetByTestId("trace-row-start").ClickAsync();
        ILocator files = page.GetByTestId("run-file");
        await Expect(files).ToHaveCountAsync(2);
        Assert.True(await files.Locator("img").EvaluateAsync<bool>("img => img.decode().then(() => img.naturalWidth === 1)"));
        IDownload saved = await page.RunAndWaitForDownloadAsync(() => files.GetByRole(AriaRole.Link, new() { Name = "Download notes.txt" }).ClickAsync());
        Assert.Equal("notes.txt", saved.SuggestedFilename);
        Assert.Equal(300_000, new FileInfo(await saved.PathAsync()).Length);
        await page.GetByTestId("trace-row-read").ClickAsync();
        IDownload whole = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("large-outputs").GetByRole(AriaRole.Link).ClickAsync());
        Assert.InRange(new FileInfo(await whole.PathAsync()).Length, 300_000, 301_000);
        await page.GetByRole(AriaRole.Tab, new() { Name = "Values" }).ClickAsync();
        await Expect(page.GetByTestId("values-read").GetByTestId("save-outputs")).ToContainTextAsync("The whole value");
        return run;
    }

    private static async Task LookAtTheRunAsync(IPage page, string run)
    {
        await page.GotoAsync($"/runs/{run}");
        await Expect(page.GetByTestId("run-page-state")).ToContainTextAsync("completed", new() { IgnoreCase = true });
        await Expect(page.GetByTestId("file").Filter(new() { HasText = "notes.txt" }).Last).ToContainTextAsync("293 KB");
        await page.GetByTestId("step-read").Locator("summary").ClickAsync();
        await Expect(page.GetByTestId("large-outputs")).ToContainTextAsync("The whole value");
    }

    private static async Task AttachAsync(IPage page)
    {
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("chooser-photo").SetInputFilesAsync(new FilePayload { Name = "cat.png", MimeType = "image/png", Buffer = Convert.FromBase64String(Png) });
        await Expect(page.GetByTestId("file-chip")).ToContainTextAsync("cat.png");
        await page.GetByTestId("chat-input").FillAsync("What is it");
        await page.GetByTestId("chat-send").ClickAsync();
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("What is it: cat.png is image/png");
        await Expect(page.GetByTestId("file-chip")).ToHaveCountAsync(0);
    }

    // An answer that is too large to show begins in the panel, and the keyboard saves the whole.
    private static async Task SaveALargeAnswerAsync(IPage page)
    {
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("chooser-note").SetInputFilesAsync(Named("notes.txt", new string('n', 300_000)));
        await Expect(page.GetByTestId("input-note").GetByTestId("file-chip")).ToContainTextAsync("notes.txt");
        await page.GetByTestId("run-start").ClickAsync();
        await Expect(page.GetByTestId("run-state")).ToHaveAttributeAsync("data-state", "completed");
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("All: nnnnn");
        Assert.InRange((await page.GetByTestId("run-answer").InnerTextAsync()).Length, 100, 10_000);
        ILocator save = page.GetByTestId("save-output");
        await save.FocusAsync();
        IDownload whole = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));
        Assert.InRange(new FileInfo(await whole.PathAsync()).Length, 300_000, 301_000);
    }

    private static FilePayload Named(string name, string text) => new() { Name = name, MimeType = "application/octet-stream", Buffer = Encoding.UTF8.GetBytes(text) };
}
