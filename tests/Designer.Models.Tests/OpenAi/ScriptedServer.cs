using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Designer.Models.Tests.OpenAi;

/// <summary>A real HTTP server on a free port that plays one scene of OpenAI's protocol.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Path, string? Authorization, JsonElement Body)> Requests { get; } = new();

    /// <summary>Completes when the caller has hung up on a request.</summary>
    public TaskCompletionSource CallerLeft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Endpoint => new(_app.Urls.First() + "/v1");
    public int Port => Endpoint.Port;

    public static async Task<ScriptedServer> StartAsync(RequestDelegate scene)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ScriptedServer(app);
        app.Run(async context =>
        {
            var body = context.Request.HasJsonContentType() ? (await JsonDocument.ParseAsync(context.Request.Body)).RootElement : default;
            context.Items["body"] = body;
            server.Requests.Enqueue((context.Request.Path, context.Request.Headers.Authorization, body));
            context.RequestAborted.Register(() => server.CallerLeft.TrySetResult());
            await scene(context);
        });
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>The scenes.</summary>
internal static class Scenes
{
    public static RequestDelegate Status(int status, string body, params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body);
    };

    public static RequestDelegate Answer(string message, string finish = "stop") => Status(200,
        $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"test-1","choices":[{"index":0,"message":{{{message}}},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""");

    public static string Text(string text) => $$"""{"role":"assistant","content":"{{text}}"}""";

    /// <summary>Streams the pieces, then whatever <paramref name="after"/> does; the usual end when it is null.</summary>
    public static RequestDelegate Stream(string[] pieces, Func<HttpContext, Task>? after = null) => async context =>
    {
        Open(context);
        foreach (var piece in pieces) await SendAsync(context, Chunk($$"""{"content":"{{piece}}"}"""));
        if (after is not null)
        {
            await after(context);
            return;
        }
        await SendAsync(context, Chunk("{}", "\"stop\""));
        await SendAsync(context, """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"test-1","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16}}""");
        await SendAsync(context, "[DONE]");
    };

    public static void Open(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
    }

    public static string Chunk(string delta, string finish = "null") =>
        $$$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"test-1","choices":[{"index":0,"delta":{{{delta}}},"finish_reason":{{{finish}}}}]}""";

    public static async Task SendAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n");
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Says nothing until the caller leaves.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(() => left.TrySetResult());
        await left.Task;
    }
}
