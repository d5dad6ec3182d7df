using System.Net;
using Designer.Engine;
using Designer.Flows;
using Designer.Models.Network;
using Designer.Nodes.Tools;
using Designer.Storage;
using Designer.Web.Features.Credentials;
using Designer.Web.Features.Editor;
using Designer.Web.Tests.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Designer.Web.Tests.Credentials;

/// <summary>From a slot to the other system's door, through the real API, and nowhere else.</summary>
public sealed class CredentialTests
{
    private const string Secret = "sk-crm/\"very\" secret+1";

    [Fact]
    public async Task A_credential_reaches_the_called_system_and_no_trace()
    {
        await using WebApplication crm = await EchoAsync();
        var address = new Uri(crm.Urls.First());
        await using ApiApp api = await ApiApp.StartAsync(services => services.AddSingleton(new GuardedHttp(NetworkPolicy.PublicOnly with { AllowedHosts = new HashSet<string> { address.Authority } })));
        await api.Get<CredentialStore>().SaveAsync(api.Workspace, "crm", Secret, null, "test");
        Published flow = await api.PublishAsync(ApiFlows.Calling(address), bindings: new() { ["api"] = "crm" });

        ApiAnswer answer = await api.PostAsync(flow.Runs, flow.Key, """{"input":{}}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("heard Bearer [secret] and Bearer [secret]", answer.Json.GetProperty("output").GetProperty("text").GetString());
        TestBrowser owner = await api.App.SignInAsync(api.App.Owner.Email);
        foreach (string page in new[] { $"/runs/{answer.RunId}", $"/api/editor/runs/{answer.RunId}/events", "/settings/credentials" })
        {
            string text = WebUtility.HtmlDecode(await owner.PageAsync(page));
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-crm", text, StringComparison.Ordinal);
        }
        Assert.Contains("[secret]", await owner.PageAsync($"/api/editor/runs/{answer.RunId}/events"), StringComparison.Ordinal);
        foreach (string file in Directory.EnumerateFiles(api.App.Folder, "*.db*"))
        {
            using var shared = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(shared, System.Text.Encoding.Latin1);
            Assert.DoesNotContain("sk-crm", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_removed_credential_is_a_problem_of_the_flow_and_of_its_runs()
    {
        await using ApiApp api = await ApiApp.StartAsync();
        CredentialStore store = api.Get<CredentialStore>();
        Credential saved = await store.SaveAsync(api.Workspace, "crm", Secret, null, "test");
        FlowDocument document = ApiFlows.Calling(new Uri("https://crm.example"));
        Published flow = await api.PublishAsync(document, bindings: new() { ["api"] = "crm" });
        await store.DeleteAsync(api.Workspace, saved.Id);

        Problem problem = Assert.Single(await api.Get<EditorLoader>().CheckAsync(api.Workspace, document, new Dictionary<string, string> { ["api"] = "crm" }, TestContext.Current.CancellationToken));
        ApiAnswer answer = await api.PostAsync(flow.Runs, flow.Key, """{"input":{}}""");

        Assert.Equal("slot.unbound", problem.Code);
        Assert.Contains("credential \"crm\", which does not exist here", problem.Message.ToString(), StringComparison.Ordinal);
        Assert.True(answer.Status >= HttpStatusCode.BadRequest, answer.Text);
        RunRow run = Assert.Single(await api.Get<IRunLog>().ListAsync(new RunQuery(api.Workspace), TestContext.Current.CancellationToken));
        Assert.Equal("credential.unknown", run.Error!.Code);
    }

    [Theory]
    [InlineData("Crm", "long enough", "name")]
    [InlineData("0198f2c4-0000-7000-8000-00000000000a", "long enough", "must not look like an id")]
    [InlineData("crm", "short", "at least 6")]
    [InlineData("crm", "long\0enough", "must be text")]
    public void A_form_says_what_is_wrong(string name, string secret, string reason) =>
        Assert.Contains(reason, Assert.Single(new CredentialForm { Name = name, Secret = secret }.Problems()), StringComparison.Ordinal);

    /// <summary>Another system that says what it was told.</summary>
    private static async Task<WebApplication> EchoAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapGet("/", (HttpRequest request) => new { heard = request.Headers.Authorization.ToString() });
        await app.StartAsync();
        return app;
    }
}
