using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Designer.Web.Tests.Api;

/// <summary>A model server that misbehaves as the model's name says.</summary>
internal sealed class BadModelServer : IAsyncDisposable
{
    private const string Usual = """{"prompt_tokens":12,"completion_tokens":4,"total_tokens":16}""";
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _calls = new();

    private BadModelServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", (HttpContext http, JsonElement body) =>
        {
            string model = body.GetProperty("model").GetString()!;
            return PlayAsync(http, model, _calls.AddOrUpdate(model, 1, (_, count) => count + 1));
        });
    }

    public Uri Address => new(_app.Urls.First() + "/v1");

    /// <summary>Lets <c>slow</c> go on after its first word.</summary>
    public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Calls(string model) => _calls.GetValueOrDefault(model);

    public static async Task<BadModelServer> StartAsync()
    {
        BadModelServer server = new();
        await server._app.StartAsync();
        return server;
    }

    private Task PlayAsync(HttpContext http, string model, int call) => model switch
    {
        "good" => AnswerAsync(http, Usual),
        "slow" => AnswerAsync(http, Usual, GoOn.Task),
        "hanging" => HangAsync(http),
        "silent" => AnswerAsync(http, Usual, HangAsync(http)),
        "busy" => StatusAsync(http, 429, "3600"),
        "busy-once" => call == 1 ? StatusAsync(http, 429, "1") : AnswerAsync(http, Usual),
        "broken" => StatusAsync(http, 500, null),
        "cut" => CutAsync(http),
        "malformed" => MalformedAsync(http),
        "endless" => EndlessAsync(http, "on and on "),
        "endless-nothing" => EndlessAsync(http, ""),
        _ => AnswerAsync(http, model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..]),
    };

    /// <param name="usage">JSON, or nothing.</param>
    private static async Task AnswerAsync(HttpContext http, string usage, Task? between = null)
    {
        await WordAsync(http, "It is");
        if (between is not null) await between.WaitAsync(http.RequestAborted);
        await WordAsync(http, " so.", "\"stop\"");
        if (usage.Length > 0) await SendAsync(http, $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{{usage}}}""");
        await SendAsync(http, "[DONE]");
    }

    private static async Task StatusAsync(HttpContext http, int status, string? retryAfter)
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null) http.Response.Headers.RetryAfter = retryAfter;
        await http.Response.WriteAsJsonAsync(new { error = new { message = "not now" } });
    }

    private static async Task CutAsync(HttpContext http)
    {
        await WordAsync(http, "It is");
        http.Abort();
    }

    private static async Task MalformedAsync(HttpContext http)
    {
        await WordAsync(http, "It is");
        await SendAsync(http, "{\"choices\": oops");
    }

    private static async Task EndlessAsync(HttpContext http, string word)
    {
        while (!http.RequestAborted.IsCancellationRequested) await WordAsync(http, word);
    }

    private static async Task HangAsync(HttpContext http)
    {
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = http.RequestAborted.Register(() => left.TrySetResult());
        await left.Task;
    }

    private static Task WordAsync(HttpContext http, string word, string finish = "null") =>
        SendAsync(http, $$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{{word}}}"},"finish_reason":{{{finish}}}}]}""");

    private static async Task SendAsync(HttpContext http, string data)
    {
        if (!http.Response.HasStarted) http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync($"data: {data}\n\n");
        await http.Response.Body.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GoOn.TrySetResult();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
