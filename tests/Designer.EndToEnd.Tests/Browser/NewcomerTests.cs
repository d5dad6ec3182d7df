using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>The whole path in a real browser: first start to answer, change, publish, call, share.</summary>
public sealed class NewcomerTests(HostedApp app) : IClassFixture<HostedApp>
{
    [Fact]
    public async Task A_newcomer_asks_changes_publishes_calls_and_shares()
    {
        app.Require();
        await using IBrowserContext ada = await app.PersonAsync();
        IPage page = await ada.NewPageAsync();
        List<string> errors = [];
        page.PageError += (_, e) => errors.Add(e);

        await app.SetUpAsync(page);
        await AskAsync(page);
        await AddNodeAsync(page);
        string key = await PublishAsync(page);
        await CallAsync(key);
        await SaveAsTemplateAsync(page);
        await using IBrowserContext grace = await app.PersonAsync();
        await JoinAndUseTemplateAsync(page, grace);

        Assert.Empty(errors);
    }

    private static async Task AskAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Ask the handbook" }).First.ClickAsync();
        await Expect(page.GetByTestId("node-reply")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("chat-input").FillAsync("How many days can I carry over?");
        await page.GetByTestId("chat-send").ClickAsync();
        await Expect(page.GetByTestId("run-answer").Last).ToContainTextAsync("five days", new() { Timeout = 30_000, IgnoreCase = true });
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("done");
        await Expect(page.GetByTestId("trace-row-search")).ToBeVisibleAsync();

        // The run belongs to the server: after a reload it is all there again.
        await page.ReloadAsync();
        await page.GetByTestId("open-run").ClickAsync();
        await Expect(page.GetByTestId("run-answer").Last).ToContainTextAsync("five days", new() { Timeout = 30_000, IgnoreCase = true });
    }

    /// <summary>A template node from the palette, its text with a reference, and a wire drawn to it by hand; then a run of what was drawn.</summary>
    private static async Task AddNodeAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Escape");
        await page.GetByTestId("node-reply").ClickAsync();
        await page.Keyboard.PressAsync("a");
        await page.GetByLabel("Search nodes").FillAsync("template");
        await page.GetByTestId("palette-data.template").ClickAsync();
        await Expect(page.GetByTestId("node-template")).ToBeVisibleAsync();
        await page.GetByTestId("setting-text").ClickAsync();
        await page.Keyboard.TypeAsync("Checked: {{ reply.text }}");
        await page.Keyboard.PressAsync("Escape");
        await DragAsync(page, page.GetByTestId("port-reply-out"), page.GetByTestId("port-template-in"));
        await Expect(page.GetByLabel("From reply out to template")).ToBeAttachedAsync();
        await Expect(page.Locator(".dz[data-saved=saved]")).ToBeVisibleAsync(new() { Timeout = 15_000 });

        await page.ReloadAsync();
        await Expect(page.GetByLabel("From reply out to template")).ToBeAttachedAsync(new() { Timeout = 30_000 });
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("chat-input").FillAsync("Who approves travel?");
        await page.GetByTestId("chat-send").ClickAsync();
        await Expect(page.GetByTestId("trace-row-template")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("done", new() { Timeout = 30_000 });
    }

    private static async Task DragAsync(IPage page, ILocator from, ILocator to)
    {
        LocatorBoundingBoxResult start = (await from.BoundingBoxAsync())!, end = (await to.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(start.X + start.Width / 2, start.Y + start.Height / 2);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(end.X + end.Width / 2 - 12, end.Y + end.Height / 2, new() { Steps = 8 });
        await page.Mouse.MoveAsync(end.X + end.Width / 2, end.Y + end.Height / 2, new() { Steps = 4 });
        await page.Mouse.UpAsync();
    }

    private static async Task<string> PublishAsync(IPage page)
    {
        await page.GetByTestId("publish").ClickAsync();
        await page.GetByLabel("What changed").FillAsync("First version");
        await page.GetByTestId("publish-confirm").ClickAsync();
        await Expect(page.GetByText("Version 1 is live")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "Endpoint" }).ClickAsync();
        await page.GetByTestId("new-key").ClickAsync();
        await page.GetByLabel("Name").Last.FillAsync("test program");
        await page.GetByTestId("create-key").ClickAsync();
        string key = await page.GetByTestId("created-key").GetByRole(AriaRole.Textbox).InputValueAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(page.GetByText("test program")).ToBeVisibleAsync();
        Assert.StartsWith("dk_", key);
        return key;
    }

    private async Task CallAsync(string key)
    {
        const string path = "api/v1/flows/ask-the-handbook/runs";
        object body = new { input = new { question = "How many days can I carry over?" } };

        using HttpRequestMessage blocking = Request(path, key, body);
        using HttpResponseMessage answer = await app.Http.SendAsync(blocking);
        JsonElement run = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("completed", run.GetProperty("status").GetString());
        Assert.Contains("five days", run.GetProperty("output").GetProperty("text").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(0, run.GetProperty("output").GetProperty("citations").GetArrayLength());

        using HttpRequestMessage streaming = Request(path, key, body);
        streaming.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using HttpResponseMessage stream = await app.Http.SendAsync(streaming);
        string events = await stream.Content.ReadAsStringAsync();
        Assert.Contains("event: step.token", events, StringComparison.Ordinal);
        Assert.Contains("event: run.completed", events, StringComparison.Ordinal);
        Assert.Contains("five days", events, StringComparison.OrdinalIgnoreCase);
        // Prompts and what was found in between are the owner's.
        Assert.DoesNotContain("<source", events, StringComparison.Ordinal);
        Assert.DoesNotContain("\"step\":\"search\"", events, StringComparison.Ordinal);

        using HttpRequestMessage wrong = Request(path, "dk_wrong", body);
        using HttpResponseMessage refused = await app.Http.SendAsync(wrong);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private static HttpRequestMessage Request(string path, string key, object body) => new(HttpMethod.Post, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        Content = JsonContent.Create(body),
    };

    private static async Task SaveAsTemplateAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Build" }).ClickAsync();
        await page.GetByLabel("Actions for Ask the handbook").ClickAsync();
        await page.GetByText("Save as template", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Name").FillAsync("Our handbook assistant");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("is in the gallery")).ToBeVisibleAsync(new() { Timeout = 15_000 });
    }

    private static async Task JoinAndUseTemplateAsync(IPage page, IBrowserContext other)
    {
        await page.OpenAsync("/settings/members");
        await page.GetByRole(AriaRole.Button, new() { Name = "Invite" }).First.ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        string link = await page.GetByLabel("Link", new() { Exact = true }).InputValueAsync();

        IPage colleague = await other.NewPageAsync();
        await colleague.GotoAsync(new Uri(link).PathAndQuery);
        await colleague.GetByLabel("E-mail").FillAsync("grace@example.org");
        await colleague.GetByLabel("name").First.FillAsync("Grace Hopper");
        await colleague.GetByLabel("Password").FillAsync(HostedApp.Password);
        await colleague.GetByRole(AriaRole.Button).Last.ClickAsync();
        await Expect(colleague.GetByRole(AriaRole.Heading, new() { Name = "Flows" })).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await colleague.OpenAsync("/templates");
        await colleague.GetByText("Our handbook assistant").First.ClickAsync();
        await colleague.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(colleague.GetByTestId("node-reply")).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }
}
