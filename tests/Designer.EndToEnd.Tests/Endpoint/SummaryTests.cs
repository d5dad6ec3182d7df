using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Storage;
using Designer.Web.Features.Editor;
using Designer.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.EndToEnd.Tests.Endpoint;

/// <summary>Runs that keep only a summary, whose row is written after the answer.</summary>
public sealed class SummaryTests : IDisposable
{
    private const string Flow = """
        {
          "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-0000000000ab", "name": "Quick", "mode": "task",
          "nodes": [
            { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "word", "type": "string", "required": true } ] } },
            { "id": "said", "type": "answer", "typeVersion": 1, "name": "Said", "position": { "x": 1, "y": 0 }, "settings": { "text": "{{ start.word }}!" } }
          ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "said:in" } ]
        }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("designer-summary-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Its_caller_gets_the_answer_before_the_row_is_written_and_finds_the_run_at_any_time()
    {
        await using WebApplication host = DesignerHost.Create(["--data", folder.FullName, "--urls", "http://127.0.0.1:0"]);
        await host.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient http = new() { BaseAddress = new Uri(host.Urls.First()) };
        Workspace workspace = await host.Services.GetRequiredService<MemberStore>().SoleWorkspaceAsync("Test");
        FlowStore flows = host.Services.GetRequiredService<FlowStore>();
        FlowDraft draft = await flows.CreateAsync(workspace.Id, new NewFlow(Guid.Parse("0198f2c4-0000-7000-8000-0000000000ab"), "Quick", null, Encoding.UTF8.GetBytes(Flow), "quick"), "test");
        await host.Services.GetRequiredService<Publishing>().PublishAsync(workspace.Id, draft.Id, "test");
        Assert.True(await flows.SetRecordAsync(workspace.Id, draft.Id, RunRecord.Summary));
        CreatedApiKey key = (await host.Services.GetRequiredService<ApiKeyStore>().CreateAsync(workspace.Id, draft.Id, "test", canApprove: false, "test"))!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);

        for (int i = 0; i < 50; i++)
        {
            using HttpResponseMessage response = await http.PostAsJsonAsync("/api/v1/flows/quick/runs", new { input = new { word = $"w{i}" } });
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal($"w{i}!", answer.GetProperty("output").GetProperty("text").GetString());
            JsonElement found = await http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{answer.GetProperty("runId").GetGuid()}");
            Assert.Equal("completed", found.GetProperty("status").GetString());
        }
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}
