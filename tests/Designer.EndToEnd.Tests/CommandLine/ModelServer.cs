using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>A model server in this process that speaks as slowly as a test wants.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    public const string Key = "sk-the-right-key";
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly bool _asksForKey;

    private ModelServer(bool asksForKey)
    {
        _asksForKey = asksForKey;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/v1/models", () => new { @object = "list", data = new[] { new { id = "quick", @object = "model" } } });
        _app.MapPost("/v1/chat/completions", AnswerAsync);
        // A text's vector is its length; the longest passage is the best.
        _app.MapPost("/v1/embeddings", (JsonElement asked) => new { data = asked.GetProperty("input").EnumerateArray().Select((t, i) => new { index = i, embedding = new float[] { t.GetString()!.Length, 1 } }), usage = new { prompt_tokens = 3, total_tokens = 3 } });
        _app.MapPost("/v1/rerank", (JsonElement asked) => new { results = asked.GetProperty("documents").EnumerateArray().Select((d, i) => new { index = i, relevance_score = d.GetString()!.Length / 100.0 }) });
    }

    /// <summary>How often an answer was asked for.</summary>
    public int Calls { get; private set; }

    public string Endpoint => _app.Urls.First() + "/v1";

    public static async Task<ModelServer> StartAsync(bool asksForKey = true)
    {
        ModelServer server = new(asksForKey);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Lets the answer of a model called <c>slow</c> go on after its first word.</summary>
    public void GoOn() => _goOn.TrySetResult();

    private async Task AnswerAsync(HttpContext http)
    {
        Calls++;
        if (_asksForKey && http.Request.Headers.Authorization != $"Bearer {Key}")
        {
            http.Response.StatusCode = 401;
            await http.Response.WriteAsJsonAsync(new { error = new { message = "Incorrect API key provided.", type = "invalid_request_error", code = "invalid_api_key" } });
            return;
        }
        JsonElement request = await JsonElementOf(http.Request);
        string model = request.GetProperty("model").GetString()!;
        if (!request.TryGetProperty("stream", out JsonElement stream) || !stream.GetBoolean())
        {
            await http.Response.WriteAsJsonAsync(new { id = "c", @object = "chat.completion", created = 1, model, choices = new[] { new { index = 0, message = new { role = "assistant", content = "No tools here." }, finish_reason = "stop" } }, usage = new { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 } });
            return;
        }
        http.Response.ContentType = "text/event-stream";
        await WordAsync(http, model, "First");
        if (model == "slow") await _goOn.Task.WaitAsync(http.RequestAborted);
        await WordAsync(http, model, " second.");
        await http.Response.WriteAsync("data: [DONE]\n\n");
    }

    private static async Task WordAsync(HttpContext http, string model, string text)
    {
        string chunk = JsonSerializer.Serialize(new { id = "c", @object = "chat.completion.chunk", created = 1, model, choices = new[] { new { index = 0, delta = new { role = "assistant", content = text }, finish_reason = text.EndsWith('.') ? "stop" : null } } });
        await http.Response.WriteAsync($"data: {chunk}\n\n");
        await http.Response.Body.FlushAsync();
    }

    private static async Task<JsonElement> JsonElementOf(HttpRequest request)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(request.Body);
        return body.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        _goOn.TrySetResult();
        await _app.DisposeAsync();
    }
}
