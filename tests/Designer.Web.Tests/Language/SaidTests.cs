using System.Text.Json;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Language;

/// <summary>What the libraries below the pages say reaches people in their language, and programs in English.</summary>
public sealed class SaidTests
{
    [Theory]
    [InlineData("zh-CN", "“Stray” 永远不会运行：没有从开始节点通向它的路径。", "请连接它或将其删除。")]
    [InlineData("en", "\"Stray\" never runs: no path leads to it from the start.", "Connect it or remove it.")]
    public async Task The_checker_speaks_the_language_of_the_person(string language, string message, string fix)
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        FlowDocument echo = ApiFlows.Echo();
        FlowDocument flow = echo with { Nodes = [.. echo.Nodes, echo.Nodes[^1] with { Id = "stray", Name = "Stray" }] };
        await app.Services.GetRequiredService<FlowStore>().CreateAsync(app.Owner.WorkspaceId, new NewFlow(flow.Id, flow.Name, null, FlowJson.Write(flow)), "test");

        using HttpResponseMessage response = await (await app.SignInAsync(app.Owner.Email)).GetAsync($"/api/editor/flows/{flow.Id}", ("Accept-Language", language));
        JsonElement problem = Assert.Single(JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("problems").EnumerateArray(), p => p.GetProperty("code").GetString() == "node.unreachable");

        Assert.Equal((message, fix), (problem.GetProperty("message").GetString(), problem.GetProperty("fix").GetString()));
    }
}
