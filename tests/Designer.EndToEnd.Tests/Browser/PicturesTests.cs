using System.Text.Json;
using Designer.Models.Tests.Comfy;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>A ComfyUI server in a real browser: connected and tried on the Models page, watched in the run panel, its picture and its film shown there.</summary>
public sealed class PicturesTests(HostedApp app) : IClassFixture<HostedApp>
{
    private const int Patience = 60_000;
    private static readonly LocatorAssertionsToBeVisibleOptions s_soon = new() { Timeout = Patience };
    // Pictures of one point.
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");
    // A second of one colour.
    private static readonly byte[] Film = Convert.FromBase64String("GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQJChYECGFOAZ0EEFUmpZpYq17GDD0JARImERHoAAE2AgWRXQYFkFlSua5uumdeBAXPFgQGDgQGGhVZfVlA44IawgRC6gRAfQ7Z1QMPngQCjroEAAICQAQCdASoQABAAAsBMJaACdLoAA5gA/ulpH/nEv5I/QLoP/ra9t4YUAACjroEA+oCQAQCdASoQABAAAsBMJaACdLoAA5gA/ulpH/nEv5I/QLoP/ra9t4YUAACjroEB9ICQAQCdASoQABAAAsBMJaACdLoAA5gA/ulpH/nEv5I/QLoP/ra9t4YUAACjroEC7oCQAQCdASoQABAAAsBMJaACdLoAA5gA/ulpH/nEv5I/QLoP/ra9t4YUAAA=");
    private const string Workflow = """{ "6": { "class_type": "CLIPTextEncode", "inputs": { "text": "a cat" }, "_meta": { "title": "Words" } }, "9": { "class_type": "SaveImage", "inputs": { "images": ["6", 0] } } }""";

    private static string Flow => $$$"""
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-00000000f003", "name": "Draw it", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "prompt", "type": "string", "required": true } ] } },
          { "id": "draw", "type": "models.image", "typeVersion": 1, "name": "Draw", "position": { "x": 280, "y": 0 }, "settings": { "model": "@slot:model", "workflow": {{{JsonSerializer.Serialize(Workflow)}}}, "inputs": [ { "input": "6.inputs.text", "value": "{{ start.prompt }}" } ] } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "outputs": [ { "name": "picture", "value": "{{ draw.image }}" }, { "name": "film", "value": "{{ draw.files[1] }}" } ] } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "draw:in" }, { "id": "e2", "from": "draw:out", "to": "answer:in" } ],
          "slots": { "model": { "kind": "model", "needs": [ "makeImage" ] } } }
        """;

    [Fact]
    public async Task A_picture_is_watched_while_it_is_made_and_shown_when_it_is_there()
    {
        app.Require();
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(new ComfyScene
        {
            Outputs = """{"9":{"images":[{"filename":"ComfyUI_00001_.png","subfolder":"","type":"output"}],"gifs":[{"filename":"film.webm","subfolder":"","type":"output"}]}}""",
            Files = new() { ["ComfyUI_00001_.png"] = Png, ["film.webm"] = Film },
            Messages = job => [ComfyScene.Text("progress", new { value = 3, max = 20, prompt_id = job, node = "6" }), ComfyScene.Preview(Png), ComfyScene.Pause, ComfyScene.Text("executing", new { node = (string?)null, prompt_id = job })],
        });
        await using IBrowserContext ada = await app.PersonAsync();
        IPage page = await ada.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        List<string> errors = [];
        page.PageError += (_, e) => errors.Add(e);

        await app.SetUpAsync(page);
        await ConnectAsync(page, server);
        await page.ImportAsync(Flow, "Draw it", "node-draw");
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByLabel("prompt").FillAsync("A dog");
        await page.GetByTestId("run-start").ClickAsync();
        ILocator answer = page.GetByTestId("run-answer");
        await Expect(answer.GetByTestId("run-progress")).ToContainTextAsync("Words: 3 of 20", new() { Timeout = Patience });
        await IsShownAsync(answer.GetByTestId("run-preview"));

        server.Resume();
        await IsShownAsync(answer.GetByTestId("run-file").Locator("img"));
        await Expect(answer.GetByTestId("run-preview")).ToHaveCountAsync(0, new() { Timeout = Patience });
        await PlaysByKeysAsync(page, answer.GetByTestId("run-file"));
        Assert.Equal("A dog", Assert.Single(server.Prompts)["prompt"]!["6"]!["inputs"]!["text"]!.GetValue<string>());
        await page.GetByTestId("trace-row-draw").ClickAsync();
        await IsShownAsync(page.GetByRole(AriaRole.Region, new() { Name = "Details of the step" }).GetByTestId("run-file").Locator("img").First);
        Assert.Empty(errors);
    }

    private static async Task ConnectAsync(IPage page, ScriptedComfy server)
    {
        await page.OpenAsync("/models");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect a model" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("#preset").SelectOptionAsync(new SelectOptionValue { Label = "Another ComfyUI server" });
        await dialog.Locator("#endpoint").FillAsync(server.Address.AbsoluteUri);
        await dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await Expect(dialog.Locator("#model")).ToHaveCountAsync(0);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test" }).ClickAsync();
        await Expect(dialog.GetByText("ComfyUI 0.3.40 · cuda:0 Test Card, 24 GiB")).ToBeVisibleAsync(s_soon);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Expect(page.GetByText("“comfyui” is connected.")).ToBeVisibleAsync(s_soon);
        await Expect(page.GetByText("makes pictures")).ToBeVisibleAsync(s_soon);
    }

    // The picture stands before the film, so that a person comes from the one to the other.
    private static async Task PlaysByKeysAsync(IPage page, ILocator files)
    {
        ILocator film = files.Locator("video");
        await Expect(film).ToBeVisibleAsync(s_soon);
        Assert.Equal("film.webm, video/webm, true", await film.EvaluateAsync<string>("async film => `${film.ariaLabel}, ${(await fetch(film.src)).headers.get('content-type')}, ${film.controls}`"));
        await files.First.GetByRole(AriaRole.Link).FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(film).ToBeFocusedAsync(new() { Timeout = Patience });
        await page.Keyboard.PressAsync("Space");
        await page.WaitForFunctionAsync("film => film.currentTime > 0", await film.ElementHandleAsync(), new() { Timeout = Patience });
    }

    private static async Task IsShownAsync(ILocator picture)
    {
        await Expect(picture).ToBeVisibleAsync(s_soon);
        Assert.True(await picture.EvaluateAsync<bool>("img => img.decode().then(() => img.naturalWidth === 1)"));
    }
}
