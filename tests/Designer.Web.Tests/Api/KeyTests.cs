using System.Diagnostics;
using System.Net;
using Designer.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Designer.Web.Tests.Api;

/// <summary>Who gets in with which key, and what the others learn: nothing.</summary>
public sealed class KeyTests(KeyTests.Shared shared) : IClassFixture<KeyTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public ApiApp Api { get; private set; } = null!;
        public Published Flow { get; private set; } = null!;
        public Published Other { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Api = await ApiApp.StartAsync();
            Flow = await Api.PublishAsync(ApiFlows.Echo());
            Other = await Api.PublishAsync(ApiFlows.Echo());
        }

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }

    private ApiApp Api => shared.Api;
    private Published Flow => shared.Flow;
    private const string Body = """{ "input": { "text": "hello" } }""";

    [Theory]
    [InlineData(null)]
    [InlineData("dk_unknown")]
    [InlineData("not a key")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer ")]
    public async Task Without_a_key_nothing_is_told(string? header)
    {
        ApiAnswer there = await Api.PostAsync(Flow.Runs, header, Body);
        ApiAnswer nowhere = await Api.PostAsync("/api/v1/flows/nobody/runs", header, Body);

        there.IsProblem(HttpStatusCode.Unauthorized, "key.invalid");
        Assert.Equal("Bearer", there.Headers["WWW-Authenticate"]);
        Assert.Equal(nowhere.Text, there.Text);
        Assert.Equal(there.Text, (await Api.GetAsync($"/api/v1/runs/{Guid.NewGuid()}", header)).Text);
    }

    [Fact]
    public async Task A_revoked_and_an_expired_key_are_as_unknown_ones()
    {
        CreatedApiKey revoked = await Api.KeyAsync(Flow.Flow.Id);
        CreatedApiKey expired = await Api.KeyAsync(Flow.Flow.Id, expires: DateTimeOffset.UtcNow.AddSeconds(-1));
        Assert.Equal(HttpStatusCode.OK, (await Api.PostAsync(Flow.Runs, revoked.Text, Body)).Status);
        await Api.Get<ApiKeyStore>().RevokeAsync(Api.Workspace, revoked.Key.Id);

        ApiAnswer unknown = await Api.PostAsync(Flow.Runs, "dk_unknown", Body);

        foreach (string key in (string[])[revoked.Text, expired.Text])
        {
            ApiAnswer refused = await Api.PostAsync(Flow.Runs, key, Body);
            refused.IsProblem(HttpStatusCode.Unauthorized, "key.invalid");
            Assert.Equal(unknown.Text, refused.Text);
        }
    }

    [Fact]
    public async Task A_key_that_opens_nothing_costs_one_look_whatever_it_once_was()
    {
        CreatedApiKey revoked = await Api.KeyAsync(Flow.Flow.Id);
        CreatedApiKey expired = await Api.KeyAsync(Flow.Flow.Id, expires: DateTimeOffset.UtcNow.AddSeconds(-1));
        await Api.Get<ApiKeyStore>().RevokeAsync(Api.Workspace, revoked.Key.Id);
        using KeyLooks looks = new(Api.App.Folder);

        foreach (string key in (string[])["dk_" + new string('u', 43), revoked.Text, expired.Text, "dk_" + new string('v', 43), revoked.Text, expired.Text])
        {
            looks.Count = 0;
            (await Api.PostAsync(Flow.Runs, key, Body)).IsProblem(HttpStatusCode.Unauthorized, "key.invalid");
            Assert.Equal(1, looks.Count);
        }
    }

    /// <summary>How often this app's database is asked for a key.</summary>
    private sealed class KeyLooks : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly string _folder;
        private readonly List<IDisposable> _watched = [];

        public KeyLooks(string folder)
        {
            _folder = folder;
            _watched.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public int Count { get; set; }

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name) _watched.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is CommandExecutedEventData { Command: { } command } && command.Connection!.ConnectionString.Contains(_folder, StringComparison.Ordinal)
                && command.CommandText.Contains("\"ApiKeys\"", StringComparison.Ordinal)) Count++;
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose() => _watched.ForEach(watched => watched.Dispose());
    }

    [Fact]
    public async Task Another_flows_key_opens_neither_this_flow_nor_its_runs()
    {
        ApiAnswer run = await Api.PostAsync(Flow.Runs, Flow.Key, Body);

        ApiAnswer flow = await Api.PostAsync(Flow.Runs, shared.Other.Key, Body);
        ApiAnswer found = await Api.GetAsync($"/api/v1/runs/{run.RunId}", shared.Other.Key);

        flow.IsProblem(HttpStatusCode.NotFound, "notFound");
        Assert.Equal((await Api.PostAsync("/api/v1/flows/nobody/runs", shared.Other.Key, Body)).Text, flow.Text);
        found.IsProblem(HttpStatusCode.NotFound, "notFound");
        Assert.Equal((await Api.GetAsync($"/api/v1/runs/{Guid.NewGuid()}", shared.Other.Key)).Text, found.Text);
    }

    [Fact]
    public async Task A_deleted_flow_is_gone_with_its_keys()
    {
        Published doomed = await Api.PublishAsync(ApiFlows.Echo());
        await Api.Get<FlowStore>().DeleteAsync(Api.Workspace, doomed.Flow.Id);

        ApiAnswer refused = await Api.PostAsync(doomed.Runs, doomed.Key, Body);

        refused.IsProblem(HttpStatusCode.Unauthorized, "key.invalid");
    }

    [Fact]
    public async Task Runs_of_the_editor_are_not_the_apis()
    {
        Designer.Engine.FlowVersion version = (await Api.Get<PublishedFlows>().FindPublishedAsync(Api.Workspace, Flow.Flow.Slug, default))!;
        Designer.Engine.StartedRun run = await Api.Get<Designer.Engine.IFlowEngine>().StartAsync(
            version, System.Text.Json.JsonElement.Parse("""{ "text": "x" }"""), new Designer.Engine.RunOptions { Trigger = "editor", IsDurableStart = true });

        (await Api.GetAsync($"/api/v1/runs/{run.Id}", Flow.Key)).IsProblem(HttpStatusCode.NotFound, "notFound");
    }
}
