using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>A page's script is its owner's to replace: what somebody calls over the circuit by hand is held to their role all the same.</summary>
public sealed partial class ViewerCircuitTests(HostedApp app) : IClassFixture<HostedApp>
{
    // Stands in for the canvas, and keeps what the page offers to it.
    private const string Theirs = """
        export function mount(element, options) {
          window.circuit = options.dotnet;
          window.flowId = options.flowId;
          return new Proxy({}, { get: (_, name) => (name === "then" ? undefined : () => null) });
        }
        """;

    private const string Call = """
        async ([method, args]) => {
          try { await window.circuit.invokeMethodAsync(method, ...args); return "done"; } catch (refused) { return String(refused); }
        }
        """;

    [Fact]
    public async Task A_viewer_who_calls_the_circuit_by_hand_changes_nothing()
    {
        app.Require();
        await using IBrowserContext adas = await app.PersonAsync(), victors = await app.PersonAsync();
        IPage ada = await app.SetUpAsync(adas);
        IPage victor = await ada.InviteAsync(victors, "victor@example.org", "Victor", role: "viewer");
        foreach (IPage page in (IPage[])[ada, victor])
        {
            await page.RouteAsync(Canvas(), route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = Theirs }));
            await page.GotoAsync("/flows/ask-the-handbook");
            await page.WaitForFunctionAsync("() => window.circuit", null, new() { Timeout = 60_000 });
        }
        long before = await RevisionAsync(ada);

        Assert.NotEqual("done", await CallAsync(victor, "CommitAsync", Renaming("c1", before)));
        Assert.NotEqual("done", await CallAsync(victor, "ChooseAsync", Renaming("c2", before)));
        Assert.NotEqual("done", await CallAsync(victor, "BindAsync", "model", "extractive"));
        Assert.Equal(before, await RevisionAsync(ada));

        // The same call of somebody who may edit goes through: it was the role that refused.
        Assert.Equal("done", await CallAsync(ada, "CommitAsync", Renaming("c3", before)));
        Assert.Equal(before + 1, await RevisionAsync(ada));
    }

    private static object Renaming(string id, long revision) =>
        new { id, baseRevision = revision, ops = new object[] { new { op = "setNode", id = "reply", field = "name", value = "Renamed by hand" } } };

    private static Task<string> CallAsync(IPage page, string method, params object[] arguments) => page.EvaluateAsync<string>(Call, new object[] { method, arguments });

    private static Task<long> RevisionAsync(IPage page) => page.EvaluateAsync<long>("async () => (await (await fetch(`/api/editor/flows/${window.flowId}`)).json()).revision");

    [GeneratedRegex(@"/canvas/canvas(\.[^/]+)?\.js")]
    private static partial Regex Canvas();
}
