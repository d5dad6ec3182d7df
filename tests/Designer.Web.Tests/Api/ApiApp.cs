using System.Net;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Models.Connections;
using Designer.Storage;
using Designer.Web.Features.Editor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Api;

/// <summary>A published flow with a key that may run it.</summary>
public sealed record Published(FlowDraft Flow, ApiKey ApiKey, string Key)
{
    public string Runs => $"/api/v1/flows/{Flow.Slug}/runs";
}

/// <summary>The host on a real port, and a caller of its public API.</summary>
public sealed class ApiApp : IAsyncDisposable
{
    public DesignerApp App { get; private init; } = null!;
    public HttpClient Client { get; private init; } = null!;
    public Guid Workspace => App.Owner.WorkspaceId;
    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public static async Task<ApiApp> StartAsync(Action<IServiceCollection>? configure = null)
    {
        DesignerApp app = await DesignerApp.WithOwnerAsync(builder =>
        {
            builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
            configure?.Invoke(builder.Services);
        });
        return new ApiApp { App = app, Client = new HttpClient { BaseAddress = new Uri(app.Host.Urls.Single()), Timeout = TimeSpan.FromSeconds(60) } };
    }

    public async Task<Published> PublishAsync(FlowDocument document, bool canApprove = false, Dictionary<string, string>? bindings = null, RunRecord record = RunRecord.Full)
    {
        FlowStore flows = Get<FlowStore>();
        FlowDraft draft = await flows.CreateAsync(Workspace, new NewFlow(document.Id, document.Name, null, FlowJson.Write(document)) { Bindings = bindings }, "test");
        if (record != RunRecord.Full) await flows.SetRecordAsync(Workspace, draft.Id, record);
        await Get<Publishing>().PublishAsync(Workspace, draft.Id, "test");
        CreatedApiKey key = await KeyAsync(draft.Id, canApprove);
        return new Published(draft, key.Key, key.Text);
    }

    public async Task<CreatedApiKey> KeyAsync(Guid flowId, bool canApprove = false, DateTimeOffset? expires = null) =>
        (await Get<ApiKeyStore>().CreateAsync(Workspace, flowId, "caller", canApprove, "test", expires))!;

    /// <summary>Connects a model server that lies at this address.</summary>
    public Task ConnectAsync(string name, Uri address, string key, Func<ModelConnection, ModelConnection>? change = null)
    {
        ModelConnection connection = new()
        {
            Id = Guid.NewGuid(),
            WorkspaceId = Workspace,
            Name = name,
            Provider = ModelProviders.OpenAi,
            Endpoint = address,
            Model = "some-model",
            ProtectedKey = Get<IKeyProtector>().Protect(key),
            AllowPrivateNetwork = true,
        };
        return Get<IModelStore>().SaveAsync(change?.Invoke(connection) ?? connection, TestContext.Current.CancellationToken);
    }

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string url, string? key, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, url) { Content = body };
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", key.Contains(' ', StringComparison.Ordinal) ? key : $"Bearer {key}");
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Dictionary<string, string> told = response.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new ApiAnswer(response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, told);
    }

    public Task<ApiAnswer> PostAsync(string url, string? key, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, url, key, new StringContent(json, Encoding.UTF8, "application/json"), headers);

    public Task<ApiAnswer> GetAsync(string url, string? key, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, url, key, null, headers);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}

public sealed record ApiAnswer(HttpStatusCode Status, string Text, string? MediaType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonElement.Parse(Text);
    public string Code => Json.GetProperty("code").GetString()!;
    public string RunId => Json.GetProperty("runId").GetString()!;
    public string RunStatus => Json.GetProperty("status").GetString()!;

    public IReadOnlyList<StreamedEvent> Events => [.. Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(b => !b.StartsWith(':')).Select(StreamedEvent.Read)];

    /// <summary>Holds it to be a problem with this status and code.</summary>
    public void IsProblem(HttpStatusCode status, string code)
    {
        Assert.True(status == Status, $"{(int)Status}: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.Equal(code, Code);
    }
}

public sealed record StreamedEvent(string Name, long? Id, JsonElement Data)
{
    public static StreamedEvent Read(string block)
    {
        Dictionary<string, string> lines = block.Split('\n').Select(l => l.Split(": ", 2)).ToDictionary(l => l[0], l => l[1]);
        return new StreamedEvent(lines["event"], lines.TryGetValue("id", out string? id) ? long.Parse(id, System.Globalization.CultureInfo.InvariantCulture) : null, JsonElement.Parse(lines["data"]));
    }
}
