using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>A model server that answers at once, or a word at a time as the test lets it, or never without an error.</summary>
internal sealed class PlaygroundServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _words;

    private PlaygroundServer(string? failure, bool isSlow, string[] words)
    {
        _words = new SemaphoreSlim(isSlow ? 1 : 1_000_000);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", async (HttpContext http, JsonElement body) =>
        {
            Asked.Enqueue(body);
            if (failure is null)
            {
                await (body.TryGetProperty("stream", out JsonElement streams) && streams.GetBoolean() ? AnswerAsync(http, words) : WholeAsync(http, words));
                return;
            }
            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(new { error = new { message = failure, type = "server_error" } });
        });
    }

    public ConcurrentQueue<JsonElement> Asked { get; } = new();
    public string Endpoint => _app.Urls.First() + "/v1";

    /// <param name="failure">What it says instead of an answer.</param>
    /// <param name="isSlow">Its second word waits for <see cref="Speak"/>.</param>
    /// <param name="words">What it says, in its pieces.</param>
    public static async Task<PlaygroundServer> StartAsync(string? failure = null, bool isSlow = false, string[]? words = null)
    {
        PlaygroundServer server = new(failure, isSlow, words ?? ["One", " two", " three."]);
        await server._app.StartAsync();
        return server;
    }

    public void Speak() => _words.Release();

    private static Task WholeAsync(HttpContext http, string[] words) => http.Response.WriteAsJsonAsync(new
    {
        id = "c",
        @object = "chat.completion",
        created = 1,
        model = "m",
        choices = new[] { new { index = 0, message = new { role = "assistant", content = string.Concat(words) }, finish_reason = "stop" } },
    });

    private async Task AnswerAsync(HttpContext http, string[] words)
    {
        http.Response.ContentType = "text/event-stream";
        foreach (string word in words)
        {
            await _words.WaitAsync(http.RequestAborted);
            await SendAsync(http, new { id = "c", @object = "chat.completion.chunk", created = 1, model = "m", choices = new[] { new { index = 0, delta = new { content = word }, finish_reason = word.EndsWith('.') ? "stop" : null } } });
        }
        await SendAsync(http, new { id = "c", @object = "chat.completion.chunk", created = 1, model = "m", choices = Array.Empty<object>(), usage = new { prompt_tokens = 1200, completion_tokens = 30, total_tokens = 1230 } });
        await http.Response.WriteAsync("data: [DONE]\n\n");
    }

    private static async Task SendAsync(HttpContext http, object chunk)
    {
        await http.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk)}\n\n");
        await http.Response.Body.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _words.Dispose();
    }
}
