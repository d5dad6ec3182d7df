using System.Net;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor.Batches;
using Designer.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Editor;

/// <summary>A table run row by row, over HTTP and through restarts.</summary>
public sealed class BatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(FlowDraft Flow, TestBrowser Owner)> OpenAsync(DesignerApp app, FlowDocument? document = null)
    {
        document ??= ApiFlows.Echo();
        FlowDraft flow = await app.Services.GetRequiredService<FlowStore>().CreateAsync(app.Owner.WorkspaceId, new NewFlow(document.Id, document.Name, null, FlowJson.Write(document)), "test");
        return (flow, await app.SignInAsync(app.Owner.Email));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(TestBrowser browser, string url, object body)
    {
        using HttpResponseMessage response = await browser.SendAsync(HttpMethod.Post, url, new StringContent(JsonSerializer.Serialize(body, FlowJson.Options), Encoding.UTF8, "application/json"));
        string text = await response.Content.ReadAsStringAsync(Cancel);
        return (response.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : default);
    }

    private static async Task<JsonElement> GetAsync(TestBrowser browser, string url) => JsonElement.Parse(await browser.PageAsync(url));

    /// <summary>Asks until the batch is as wanted; the test's own time limit ends it.</summary>
    private static async Task<JsonElement> UntilAsync(TestBrowser browser, string id, Func<JsonElement, bool> isSo)
    {
        while (true)
        {
            JsonElement now = await GetAsync(browser, $"/api/editor/batches/{id}");
            if (isSo(now)) return now;
            await Task.Delay(20, Cancel);
        }
    }

    private static bool HasEnded(JsonElement batch) => batch.GetProperty("batch").TryGetProperty("endedAt", out _);

    private static string States(JsonElement batch) => string.Join(' ', batch.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("state").GetString()));

    [Fact(Timeout = 120_000)]
    public async Task Every_row_that_fits_is_run_and_the_results_go_home_as_a_table()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        (FlowDraft flow, TestBrowser owner) = await OpenAsync(app);
        string url = $"/api/editor/flows/{flow.Id}/batches";
        const string csv = "text,count\n\"=1+1, she said\",1\n,2\nok,two\nlast,\n";

        (_, JsonElement check) = await PostAsync(owner, url + "/check", new { csv });
        Assert.Equal((4, 2), (check.GetProperty("rows").GetInt32(), check.GetProperty("errorCount").GetInt32()));
        Assert.Contains("missing", check.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);

        (_, JsonElement started) = await PostAsync(owner, url, new { csv, name = "people.csv", concurrency = 2 });
        string id = started.GetProperty("id").GetString()!;
        JsonElement ended = await UntilAsync(owner, id, HasEnded);

        Assert.Equal("completed failed failed completed", States(ended));
        JsonElement first = ended.GetProperty("items")[0];
        Assert.Equal("=1+1, she said", first.GetProperty("output").GetString());
        Assert.Equal(JsonValueKind.String, first.GetProperty("runId").ValueKind);
        string[] lines = (await owner.PageAsync($"/api/editor/batches/{id}/csv")).TrimStart('\uFEFF').Split("\r\n");
        Assert.Equal("text,count,Output,Status,Error,Milliseconds,Tokens,Cost,Run", lines[0]);
        Assert.StartsWith("\"'=1+1, she said\",1,\"'=1+1, she said\",completed,,", lines[1], StringComparison.Ordinal);
        Assert.Equal("people.csv", Assert.Single(JsonElement.Parse(await owner.PageAsync(url)).EnumerateArray()).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("", "csv.empty")]
    [InlineData("text\n\"open", "csv.openQuote")]
    [InlineData("other\n1", "batch.nothingMapped")]
    [InlineData("text,count\na,b\n", "batch.noRowFits")]
    public async Task A_table_that_cannot_be_run_is_refused(string csv, string code)
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        (FlowDraft flow, TestBrowser owner) = await OpenAsync(app);
        (HttpStatusCode status, JsonElement problem) = await PostAsync(owner, $"/api/editor/flows/{flow.Id}/batches", new { csv });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (status, problem.GetProperty("code").GetString()));
        Assert.Equal("[]", await owner.PageAsync($"/api/editor/flows/{flow.Id}/batches"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Rows_that_wait_for_a_person_hold_up_no_others_and_are_counted_when_answered()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        (FlowDraft flow, TestBrowser owner) = await OpenAsync(app, ApiFlows.Approval());
        (_, JsonElement started) = await PostAsync(owner, $"/api/editor/flows/{flow.Id}/batches", new { csv = "text\na\nb\n", concurrency = 1 });
        string id = started.GetProperty("id").GetString()!;
        JsonElement waiting = await UntilAsync(owner, id, HasEnded);
        Assert.Equal("waiting waiting", States(waiting));

        Guid run = waiting.GetProperty("items")[1].GetProperty("runId").GetGuid();
        IFlowEngine engine = app.Services.GetRequiredService<IFlowEngine>();
        await engine.AnswerAsync(run, "review", new HumanAnswer("approve"), Cancel);
        await engine.WaitAsync(run, Cancel);
        JsonElement answered = await GetAsync(owner, $"/api/editor/batches/{id}");
        Assert.Equal("waiting completed", States(answered));
        Assert.Equal("sent: b", answered.GetProperty("items")[1].GetProperty("output").GetString());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cancelled_batch_starts_no_further_row()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        (FlowDraft flow, TestBrowser owner) = await OpenAsync(app);
        BatchStore store = app.Services.GetRequiredService<BatchStore>();
        Guid id = await MakeAsync(store, app.Owner, flow, rows: 500);
        (_, JsonElement answer) = await PostAsync(owner, $"/api/editor/batches/{id}/cancel", new { });
        Assert.True(answer.GetProperty("cancelled").GetBoolean());

        JsonElement ended = await UntilAsync(owner, id.ToString(), HasEnded);
        JsonElement counts = ended.GetProperty("batch").GetProperty("counts");
        Assert.False(counts.TryGetProperty("queued", out _));
        Assert.False(counts.TryGetProperty("running", out _));
        Assert.True(counts.GetProperty("cancelled").GetInt32() > 0);
        Assert.False((await PostAsync(owner, $"/api/editor/batches/{id}/cancel", new { })).Json.GetProperty("cancelled").GetBoolean());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_row_that_runs_is_cancelled_with_its_batch()
    {
        await using ApiApp api = await ApiApp.StartAsync();
        using SilentServer silent = new();
        await api.ConnectAsync("silent", silent.Address, "sk-none");
        FlowDocument document = ApiFlows.Chat();
        await api.Get<FlowStore>().CreateAsync(api.Workspace, new NewFlow(document.Id, document.Name, null, FlowJson.Write(document)) { Bindings = new Dictionary<string, string> { ["model"] = "silent" } }, "test");
        TestBrowser owner = await api.App.SignInAsync(api.App.Owner.Email);
        (_, JsonElement started) = await PostAsync(owner, $"/api/editor/flows/{document.Id}/batches", new { csv = "question\none\ntwo\n", name = "q.csv", concurrency = 1 });
        string id = started.GetProperty("id").GetString()!;
        await silent.Asked.WaitAsync(Cancel);
        JsonElement running = await UntilAsync(owner, id, b => States(b).StartsWith("running", StringComparison.Ordinal));
        Guid run = running.GetProperty("items")[0].GetProperty("runId").GetGuid();

        (_, JsonElement answer) = await PostAsync(owner, $"/api/editor/batches/{id}/cancel", new { });
        Assert.True(answer.GetProperty("cancelled").GetBoolean());
        JsonElement ended = await UntilAsync(owner, id, HasEnded);

        Assert.Equal("cancelled cancelled", States(ended));
        Assert.Equal(RunState.Cancelled, (await api.Get<IFlowEngine>().WaitAsync(run, Cancel)).State);
        Assert.False(ended.GetProperty("items")[1].TryGetProperty("runId", out JsonElement none) && none.ValueKind == JsonValueKind.String);
    }

    private static Task<Guid> MakeAsync(BatchStore store, SignedInMember member, FlowDraft flow, int rows) => store.CreateAsync(member.WorkspaceId, new NewBatch(
        flow.Id, "t", member.Author, "draft@1", flow.Document, new Dictionary<string, string>(), ["text"], 1,
        [.. Enumerable.Range(1, rows).Select(i => new NewBatchItem([$"{i}"], JsonElement.Parse($$"""{ "text": "{{i}}" }"""), null))]), Cancel);

    [Fact(Timeout = 120_000)]
    public async Task What_a_process_left_is_gone_on_with_and_no_row_runs_twice()
    {
        DesignerApp first = await DesignerApp.WithOwnerAsync();
        string folder = Path.Combine(Path.GetTempPath(), $"designer-batch-{Guid.NewGuid():N}");
        Guid id, done = Guid.CreateVersion7(), named = Guid.CreateVersion7();
        try
        {
            (FlowDraft flow, _) = await OpenAsync(first);
            IFlowEngine engine = first.Services.GetRequiredService<IFlowEngine>();
            BatchStore store = first.Services.GetRequiredService<BatchStore>();
            await first.Services.GetRequiredService<BatchRunner>().StopAsync(Cancel);
            // As a killed process leaves it: one row's run has ended but was not written down, another's was named and never started.
            id = await MakeAsync(store, first.Owner, flow, rows: 3);
            await engine.StartAsync(new FlowVersion(flow.WorkspaceId, flow.Id, "draft@1", FlowJson.Read(flow.Document.Span), flow.Bindings), JsonElement.Parse("""{ "text": "by the first process" }"""), new RunOptions { RunId = done }, Cancel);
            await engine.WaitAsync(done, Cancel);
            await store.StartItemAsync(id, 1, done, Cancel);
            await store.StartItemAsync(id, 2, named, Cancel);
            await first.Host.StopAsync(Cancel);
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            CopyAll(first.Folder, folder);

            await using DesignerApp second = await DesignerApp.StartAsync(folder: folder);
            BatchStore after = second.Services.GetRequiredService<BatchStore>();
            while ((await after.FindAsync(first.Owner.WorkspaceId, id, Cancel))!.EndedAt is null) await Task.Delay(20, Cancel);
            IReadOnlyList<BatchItem> items = await after.ItemsAsync(id, cancellation: Cancel);
            Assert.Equal([done, named], items.Take(2).Select(i => i.RunId!.Value));
            Assert.Equal(["by the first process", "2", "3"], items.Select(i => JsonElement.Parse(i.Output!).GetProperty("text").GetString()));
        }
        finally
        {
            await first.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CopyAll(string from, string to)
    {
        // The first process is alive for the lock that it holds; a killed one would hold none.
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [Fact]
    public async Task Another_workspace_sees_nothing_of_it()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        (FlowDraft flow, _) = await OpenAsync(app);
        Guid id = await MakeAsync(app.Services.GetRequiredService<BatchStore>(), app.Owner, flow, rows: 1);
        TestBrowser other = await app.SignInAsync((await app.AddMemberAsync("stranger@example.org", Role.Owner, ownWorkspace: true)).Email);

        foreach (string url in (string[])[$"/api/editor/batches/{id}", $"/api/editor/batches/{id}/csv"])
        {
            using HttpResponseMessage response = await other.GetAsync(url);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
        Assert.Equal("[]", await other.PageAsync($"/api/editor/flows/{flow.Id}/batches"));
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(other, $"/api/editor/batches/{id}/cancel", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(other, $"/api/editor/flows/{flow.Id}/batches", new { csv = "text\na" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(other, $"/api/editor/flows/{flow.Id}/batches/check", new { csv = "text\na" })).Status);
    }
}
