using System.Text;
using System.Text.Json;
using Designer.EndToEnd.Tests.CommandLine;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>What goes wrong shows its reason where a person looks, and the app goes on.</summary>
public sealed class BadInputTests(HostedApp app) : IClassFixture<HostedApp>
{
    private static readonly LocatorAssertionsToContainTextOptions s_soon = new() { Timeout = 60_000, IgnoreCase = true };

    [Fact]
    public async Task A_file_that_is_no_json_is_refused_and_the_next_one_taken()
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        IPage page = await ada.NewPageAsync();

        await ImportAsync(page, "broken.flow.json", "{ \"schema\": oops");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("“broken.flow.json” is no flow that Designer can read.", s_soon);
        await ChooseAsync(page, "greeting.flow.json", Documents.Greeting);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();

        await Expect(page.GetByTestId("node-greet")).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task A_file_of_6_MB_is_refused_by_its_size()
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        IPage page = await ada.NewPageAsync();

        await ImportAsync(page, "large.flow.json", Documents.Greeting.Replace("Hello", new string('x', 6 * 1024 * 1024), StringComparison.Ordinal));

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The file has 6 MB; at most 5 MB are allowed.", s_soon);
        await GoesOnAsync(page);
    }

    [Theory]
    [InlineData("cycle", """{ "id": "e2", "from": "greet:out", "to": "answer:in" }""", """{ "id": "e2", "from": "greet:out", "to": "answer:in" }, { "id": "e3", "from": "answer:out", "to": "greet:in" }""", "lead back to each other")]
    [InlineData("reference", "{{ greet.text }}", "{{ nobody.text }}", "nobody")]
    [InlineData("type", "data.template", "data.telepathy", "data.telepathy")]
    public async Task What_is_wrong_in_a_document_stands_in_its_problem_list(string name, string old, string wrong, string reason)
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        IPage page = await ada.NewPageAsync();
        Assert.Contains(old, Documents.Greeting, StringComparison.Ordinal);

        await ImportAsync(page, $"{name}.flow.json", Documents.Greeting.Replace(old, wrong, StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        await page.GetByTestId("problems").ClickAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator(".dz")).ToContainTextAsync(reason, s_soon);
        await page.GetByTestId("publish").ClickAsync();
        await page.GetByTestId("publish-confirm").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The draft has errors.", s_soon);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync(reason, s_soon);
        await GoesOnAsync(page);
    }

    [Fact]
    public async Task A_wrong_type_in_the_run_form_is_told_at_its_field_and_the_right_one_runs()
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        IPage page = await ada.NewPageAsync();
        await ImportAsync(page, "counting.flow.json", Documents.Greeting.Replace("""{ "name": "who", "type": "string", "required": true }""", """{ "name": "who", "type": "integer", "required": true }""", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        await page.GetByTestId("open-run").ClickAsync(new() { Timeout = 60_000 });

        await page.GetByTestId("input-who").FillAsync("many");
        await page.GetByTestId("run-start").ClickAsync();
        await Expect(page.GetByTestId("input-who")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.GetByTestId("input-who").FillAsync("7");
        await page.GetByTestId("run-start").ClickAsync();

        await Expect(page.GetByTestId("run-answer").Last).ToContainTextAsync("Hello 7!", s_soon);
    }

    [Fact]
    public async Task A_dead_model_server_and_a_wrong_key_are_named_in_the_run_and_another_model_answers()
    {
        app.Require();
        await using ModelServer server = await ModelServer.StartAsync();
        await app.CommandAsync("", "model", "add", "dead", "--endpoint", "http://127.0.0.1:1/v1", "--model", "x", "--private");
        await app.CommandAsync("sk-wrong-key\n", "model", "add", "locked", "--endpoint", server.Endpoint, "--model", "x", "--private", "--key-stdin");
        await app.CommandAsync(ModelServer.Key + "\n", "model", "add", "good", "--endpoint", server.Endpoint, "--model", "x", "--private", "--key-stdin");
        await using IBrowserContext ada = await app.OwnerAsync();
        IPage page = await ada.NewPageAsync();

        foreach ((string model, string reason) in new[] { ("dead", "nothing listens there"), ("locked", "refused the key"), ("good", "First second.") })
        {
            await ImportAsync(page, "chatting.flow.json", Documents.Chatting);
            await page.GetByRole(AriaRole.Dialog).Locator("#slot-model").SelectOptionAsync(model);
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
            await page.GetByTestId("open-run").ClickAsync(new() { Timeout = 60_000 });
            await page.GetByTestId("run-start").ClickAsync();
            await Expect(page.GetByTestId("run-answer").Last).ToContainTextAsync(reason, s_soon);
            Assert.DoesNotContain("sk-wrong-key", await page.ContentAsync(), StringComparison.Ordinal);
        }
    }

    /// <summary>A viewer's browser speaks to the circuit by hand, past every button that is not there.</summary>
    [Fact]
    public async Task A_viewer_changes_and_binds_nothing_over_the_circuit()
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        JsonElement before = await DraftAsync(ada);
        await app.CommandAsync(HostedApp.Password + "\n", "user", "add", "vic@example.org", "--role", "viewer");
        await using IBrowserContext vic = await app.PersonAsync();
        IPage page = await vic.NewPageAsync();
        await HostedApp.SignInAsync(page, "vic@example.org");
        await page.RouteAsync("**/canvas/canvas*.js", route => route.FulfillAsync(new()
        {
            ContentType = "text/javascript",
            Body = "export function mount(_, options) { window.host = options.dotnet; document.documentElement.dataset.mounted = \"\"; return new Proxy({}, { has: () => true, get: (_, name) => name === 'then' ? undefined : () => {} }); }",
        }));
        await page.GotoAsync("/flows/ask-the-handbook");
        await Expect(page.Locator("html[data-mounted]")).ToBeAttachedAsync(new() { Timeout = 60_000 });

        string[] answers = await page.EvaluateAsync<string[]>("""
            async () => {
              const ask = async (method, ...values) => { try { await window.host.invokeMethodAsync(method, ...values); return "done"; } catch { return "refused"; } };
              return [
                await ask("CommitAsync", { id: crypto.randomUUID(), baseRevision: 1, ops: [{ op: "setFlow", field: "name", value: "Taken over" }] }),
                await ask("BindAsync", "model", "elsewhere"),
                await ask("StateChangedAsync", { problems: 0, canUndo: false, canRedo: false, saved: "saved" }),
              ];
            }
            """);

        Assert.Equal(["refused", "refused", "done"], answers);
        Assert.Equal(0, await page.GetByTestId("publish").CountAsync());
        Assert.Equal(before.GetRawText(), (await DraftAsync(ada)).GetRawText());
    }

    private static async Task ImportAsync(IPage page, string name, string text)
    {
        await page.GotoAsync("/");
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        await ChooseAsync(page, name, text);
    }

    private static Task ChooseAsync(IPage page, string name, string text) =>
        page.ChooseFileAsync(new FilePayload { Name = name, MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(text) });

    /// <summary>The page that told what was wrong still hears, and so does the server.</summary>
    private static async Task GoesOnAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        await page.GotoAsync("/models");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Models" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    /// <summary>Document, revision and bindings of the first flow, as the server has them.</summary>
    private static async Task<JsonElement> DraftAsync(IBrowserContext person)
    {
        IPage page = await person.NewPageAsync();
        await page.GotoAsync("/flows/ask-the-handbook");
        Task<IResponse> loaded = page.WaitForResponseAsync("**/api/editor/flows/*");
        await page.ReloadAsync();
        JsonElement state = (await (await loaded).JsonAsync())!.Value;
        await page.CloseAsync();
        return JsonSerializer.SerializeToElement(new { document = state.GetProperty("document"), revision = state.GetProperty("revision"), bindings = state.GetProperty("bindings") });
    }
}
