using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>Text from people, models and documents that would like to be more than text: scripts, links, pictures that phone home, characters that turn or hide others.</summary>
public sealed class HostileTextTests(HostedApp app) : IClassFixture<HostedApp>
{
    private const string Name = "<img src=x onerror=window.hacked=1>\u202Egnp.evil";
    private const string Text = "<script>window.hacked=1</script><img src=x onerror=\"window.hacked=1\"> [click](javascript:window.hacked=1) ![p](https://evil.example/p.png) "
        + "<a href=\"javascript:window.hacked=1\">x</a> <iframe srcdoc=\"x\"></iframe> \u202Egnp.exe\u2066 \u0007\u001b[31m the end";

    private static string Flow => $$"""
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-00000000f0f0", "name": {{JsonSerializer.Serialize(Name)}}, "description": {{JsonSerializer.Serialize(Text)}}, "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "text", "type": "string", "required": true } ] } },
          { "id": "between", "type": "data.template", "typeVersion": 1, "name": {{JsonSerializer.Serialize(Name)}}, "position": { "x": 280, "y": 0 }, "settings": { "text": "{{"{{ start.text }}"}}" } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": {{JsonSerializer.Serialize(Name)}}, "position": { "x": 560, "y": 0 }, "settings": { "text": "{{"{{ between.text }}"}}", "values": { "again": "{{"{{ between.text }}"}}" } } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "between:in" }, { "id": "e2", "from": "between:out", "to": "answer:in" } ] }
        """;

    // Everything that a browser would do for such a text, were it not text.
    private const string Harm = """
        () => {
          const harm = [];
          if (window.hacked) harm.push("a script ran");
          for (const a of document.querySelectorAll("a[href], area[href]")) if (/^\s*(javascript|data|vbscript):/i.test(a.getAttribute("href"))) harm.push(a.outerHTML);
          for (const e of document.querySelectorAll("iframe, object, embed, img[src='x'], [onerror]")) harm.push(e.outerHTML);
          for (const i of document.querySelectorAll("img")) if (new URL(i.src, location.href).origin !== location.origin) harm.push(i.outerHTML);
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const text = texts.currentNode, holder = text.parentElement;
            if (holder.closest("script, style, template")) continue;
            if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(text.data)) harm.push(`a control character in ${holder.outerHTML}`);
            if (/[\u202a-\u202e\u2066-\u2069]/.test(text.data) && !/isolate|plaintext/.test(getComputedStyle(holder).unicodeBidi)) harm.push(`text that turns its surroundings in ${holder.outerHTML}`);
          }
          return harm.join("\n");
        }
        """;

    [Fact]
    public async Task Text_stays_text_wherever_it_is_shown()
    {
        app.Require();
        await using IBrowserContext ada = await app.PersonAsync();
        IPage page = await app.SetUpAsync(ada);
        SetDefaultExpectTimeout(60_000);
        List<string> elsewhere = [], dialogs = [];
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" or "ws" } url && url.Authority != app.Address.Authority) elsewhere.Add(request.Url);
        };
        page.Dialog += (_, dialog) => dialogs.Add(dialog.Message);

        await page.ImportAsync(Flow, Name, "node-between");
        string flow = new Uri(page.Url).AbsolutePath;
        string run = await RunAsync(page);
        await page.Locator(".rail-outline").ClickAsync();
        await Expect(page.GetByTestId("outline-between")).ToBeVisibleAsync();
        Assert.Equal("", await page.EvaluateAsync<string>(Harm));

        foreach (string path in (string[])[$"/runs/{run}", $"/runs/compare?a={run}&b={run}", "/runs", "/", $"{flow}/versions"])
        {
            await page.GotoAsync(path);
            // Alive, and not only as the server first painted it.
            await Expect(path.EndsWith("/versions", StringComparison.Ordinal) ? page.GetByTestId("node-between") : page.Locator("html[data-interactive]")).ToBeAttachedAsync();
            await Expect(page.Locator("body")).ToContainTextAsync("evil");
            await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(folded => { folded.open = true; })");
            Assert.Equal((path, ""), (path, await page.EvaluateAsync<string>(Harm)));
        }
        Assert.Empty(elsewhere);
        Assert.Empty(dialogs);
    }

    private static async Task<string> RunAsync(IPage page)
    {
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("input-text").FillAsync(Text);
        Task<IResponse> started = page.WaitForResponseAsync(response => response.Request.Method == "POST" && response.Url.EndsWith("/runs", StringComparison.Ordinal));
        await page.GetByTestId("run-start").ClickAsync();
        string run = (await (await started).JsonAsync())!.Value.GetProperty("runId").GetString()!;
        await Expect(page.GetByTestId("run-state")).ToHaveAttributeAsync("data-state", "completed");
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("<script>window.hacked=1</script>");
        // What was written to turn or hide text is seen as something that does not belong there.
        await Expect(page.GetByTestId("run-answer")).ToContainTextAsync("\uFFFDgnp.exe\uFFFD");
        await page.GetByTestId("trace-row-between").ClickAsync();
        await Expect(page.Locator(".run-step")).ToContainTextAsync("the end");
        Assert.Equal("", await page.EvaluateAsync<string>(Harm));
        return run;
    }
}
