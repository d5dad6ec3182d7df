using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>What people do before the part that a test is about.</summary>
internal static class People
{
    /// <summary>The first person sets the app up and lands on the flows.</summary>
    public static async Task<IPage> SetUpAsync(this HostedApp app, IBrowserContext context)
    {
        IPage page = await context.NewPageAsync();
        await app.SetUpAsync(page);
        return page;
    }

    public static async Task SetUpAsync(this HostedApp app, IPage page)
    {
        await page.GotoAsync("/");
        await page.WaitForURLAsync("**/setup**");
        await page.GetByLabel("code").First.FillAsync(app.SetupCode);
        await page.GetByLabel("E-mail").FillAsync("ada@example.org");
        await page.GetByLabel("name").First.FillAsync("Ada Lovelace");
        await page.GetByLabel("Password").FillAsync(HostedApp.Password);
        await page.GetByRole(AriaRole.Button).Last.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Flows" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    /// <summary>A member of the workspace invites somebody, who joins in a browser of their own.</summary>
    public static async Task<IPage> InviteAsync(this IPage owner, IBrowserContext context, string email, string name, string role = "editor")
    {
        await owner.OpenAsync("/settings/members");
        await owner.GetByRole(AriaRole.Button, new() { Name = "Invite" }).First.ClickAsync();
        ILocator picked = owner.GetByRole(AriaRole.Dialog).Locator("button.pick").Filter(new() { Has = owner.Locator($"b:text-is('{role}')") });
        await picked.ClickAsync();
        await Expect(picked).ToHaveAttributeAsync("aria-pressed", "true");
        await owner.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        string link = await owner.GetByLabel("Link", new() { Exact = true }).InputValueAsync();
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(link).PathAndQuery);
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("name").First.FillAsync(name);
        await page.GetByLabel("Password").FillAsync(HostedApp.Password);
        await page.GetByRole(AriaRole.Button).Last.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Flows" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        return page;
    }

    /// <summary>Signs in in another browser.</summary>
    public static async Task<IPage> SignInAsync(this IBrowserContext context, string email)
    {
        IPage page = await context.NewPageAsync();
        await page.GotoAsync("/signin");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(HostedApp.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Flows" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        return page;
    }

    /// <summary>Imports a flow from its file and waits until one of its nodes stands on the canvas.</summary>
    public static async Task ImportAsync(this IPage page, string flow, string name, string node)
    {
        await page.OpenAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await page.ChooseFileAsync(new FilePayload { Name = "my.flow.json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(flow) });
        await Expect(dialog.GetByLabel("Name")).ToHaveValueAsync(name);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        await Expect(page.GetByTestId(node)).ToBeVisibleAsync();
    }

    /// <summary>Opens a page and waits until it hears clicks.</summary>
    public static async Task OpenAsync(this IPage page, string path)
    {
        await page.GotoAsync(path);
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = 60_000 });
    }

    public static async Task OpenEditorAsync(this IPage page, string path = "/flows/ask-the-handbook")
    {
        await page.GotoAsync(path);
        await page.EditorIsReadyAsync();
    }

    public static async Task EditorIsReadyAsync(this IPage page)
    {
        await Expect(page.GetByTestId("node-reply")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByTestId("open-run")).ToBeEnabledAsync(new() { Timeout = 60_000 });
    }

    /// <summary>Renames a node on the canvas, as a person does: select, F2, type, Enter.</summary>
    public static async Task RenameAsync(this IPage page, string node, string name)
    {
        await page.GetByTestId($"node-{node}").ClickAsync(new() { Position = new() { X = 60, Y = 40 } });
        await page.Keyboard.PressAsync("F2");
        await page.GetByLabel("Name of the node").FillAsync(name);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId($"node-{node}")).ToContainTextAsync(name);
    }

    /// <summary>Waits until the server has everything: what it lacks waits in the browser, through reloads too.</summary>
    public static Task IsSavedAsync(this IPage page) => page.WaitForFunctionAsync(
        "() => !Object.keys(localStorage).some(key => key.startsWith('designer.unsent.'))", null, new PageWaitForFunctionOptions { Timeout = 90_000 });

    public static Task NodeSaysAsync(this IPage page, string node, string text) => Expect(page.GetByTestId($"node-{node}")).ToContainTextAsync(text, new() { Timeout = 60_000 });
}
