using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Designer.Models.Tests.Comfy;

/// <summary>What a scripted ComfyUI server does with a job.</summary>
internal sealed record ComfyScene
{
    /// <summary>In a list of messages: the connection breaks here.</summary>
    public static readonly object Cut = new();

    /// <summary>In a list of messages: nothing more is said before <see cref="ScriptedComfy.Resume"/>.</summary>
    public static readonly object Pause = new();

    /// <summary>Texts and pictures that go over the socket, by the job's id.</summary>
    public Func<string, IEnumerable<object>> Messages { get; init; } = _ => [];
    /// <summary>What the history says of the job's outputs.</summary>
    public string Outputs { get; init; } = """{"9":{"images":[{"filename":"ComfyUI_00001_.png","subfolder":"","type":"output"}]}}""";
    /// <summary>What the history says of its end; null as older servers, which say nothing.</summary>
    public string? Status { get; init; } = """{"status_str":"success","completed":true,"messages":[]}""";
    /// <summary>Files by name, as <c>/view</c> gives them.</summary>
    public Dictionary<string, byte[]> Files { get; init; } = [];
    /// <summary>The job goes on until somebody stops it.</summary>
    public bool IsEndless { get; init; }
    /// <summary>It names jobs itself.</summary>
    public bool IsOld { get; init; }
    /// <summary>The job is gone when its messages are told: neither queue nor history know it.</summary>
    public bool Forgets { get; init; }
    /// <summary>Instead of taking the job.</summary>
    public (int Status, string Body)? Refusal { get; init; }
    /// <summary>No socket can be opened, as behind some proxies.</summary>
    public bool HasNoSocket { get; init; }
    /// <summary>The history knows the job only when it was asked for so often.</summary>
    public int HistoryAfter { get; init; } = 1;

    public static string Text(string type, object data) => JsonSerializer.Serialize(new { type, data });

    /// <summary>A preview as the protocol has it: 1 for a preview, 1 for JPEG or 2 for PNG, the picture.</summary>
    public static byte[] Preview(byte[] picture)
    {
        byte[] message = new byte[8 + picture.Length];
        BinaryPrimitives.WriteUInt32BigEndian(message, 1);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), 2);
        picture.CopyTo(message, 8);
        return message;
    }
}

/// <summary>A server on a free port that plays ComfyUI's documented messages: queue, socket, history, files, uploads, interrupt.</summary>
internal sealed class ScriptedComfy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ComfyScene _scene;
    private readonly ConcurrentDictionary<string, WebSocket> _sockets = new();
    private readonly ConcurrentDictionary<string, int> _over = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _queued = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private volatile string? _running;

    private ScriptedComfy(WebApplication app, ComfyScene scene) => (_app, _scene) = (app, scene);

    public Uri Address => new(_app.Urls.First());
    /// <summary>Paths with their queries, in order; the socket's, too.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();
    public ConcurrentQueue<JsonObject> Prompts { get; } = new();
    public ConcurrentQueue<(string Name, string Folder, byte[] Content)> Uploads { get; } = new();
    public ConcurrentQueue<string?> Authorizations { get; } = new();
    /// <summary>Completes when a job was taken.</summary>
    public Task Queued => _queued.Task;
    /// <summary>Completes when somebody stopped the job.</summary>
    public Task Stopped => _stopped.Task;

    public void Resume() => _resumed.TrySetResult();

    public static async Task<ScriptedComfy> StartAsync(ComfyScene scene)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        ScriptedComfy server = new(app, scene);
        app.UseWebSockets();
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        using CancellationTokenSource now = new(0);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _closing.Dispose();
    }

    private Task AnswerAsync(HttpContext http)
    {
        Requests.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
        Authorizations.Enqueue(http.Request.Headers.Authorization);
        return (http.Request.Method, http.Request.Path.Value) switch
        {
            ("GET", "/ws") => SocketAsync(http),
            ("GET", "/system_stats") => SayAsync(http, """{"system":{"os":"posix","comfyui_version":"0.3.40","python_version":"3.12"},"devices":[{"name":"cuda:0 Test Card","type":"cuda","index":0,"vram_total":25769803776,"vram_free":20000000000}]}"""),
            ("POST", "/prompt") => PromptAsync(http),
            ("POST", "/upload/image") => UploadAsync(http),
            ("POST", "/interrupt") => StopAsync(http),
            ("POST", "/queue") => http.Response.CompleteAsync(),
            ("GET", "/queue") => SayAsync(http, JsonSerializer.Serialize(new { queue_running = _running is { } job ? new object[] { new object[] { 1, job, new { }, new { }, Array.Empty<string>() } } : [], queue_pending = Array.Empty<object>() })),
            ("GET", "/view") => ViewAsync(http),
            ("GET", { } path) when path.StartsWith("/history/", StringComparison.Ordinal) => HistoryAsync(http, path["/history/".Length..]),
            _ => SayAsync(http, "{}", 404),
        };
    }

    private async Task SocketAsync(HttpContext http)
    {
        if (_scene.HasNoSocket)
        {
            await SayAsync(http, "{}", 502);
            return;
        }
        using WebSocket socket = await http.WebSockets.AcceptWebSocketAsync();
        _sockets[http.Request.Query["clientId"]!] = socket;
        try
        {
            while ((await socket.ReceiveAsync(new byte[1024], _closing.Token)).MessageType != WebSocketMessageType.Close) continue;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ConnectionAbortedException)
        {
            // The caller left.
        }
    }

    private async Task PromptAsync(HttpContext http)
    {
        JsonObject asked = (await JsonSerializer.DeserializeAsync<JsonObject>(http.Request.Body))!;
        Prompts.Enqueue(asked);
        if (_scene.Refusal is { } refusal)
        {
            await SayAsync(http, refusal.Body, refusal.Status);
            return;
        }
        string job = _running = _scene.IsOld ? Guid.NewGuid().ToString() : asked["prompt_id"]!.GetValue<string>();
        await SayAsync(http, JsonSerializer.Serialize(new { prompt_id = job, number = 1, node_errors = new { } }));
        await http.Response.CompleteAsync();
        _queued.TrySetResult();
        await PlayAsync(job, _sockets.GetValueOrDefault(asked["client_id"]!.GetValue<string>()));
    }

    private async Task PlayAsync(string job, WebSocket? socket)
    {
        foreach (object message in _scene.Messages(job))
        {
            if (ReferenceEquals(message, ComfyScene.Pause)) await _resumed.Task.WaitAsync(_closing.Token);
            if (socket is null || ReferenceEquals(message, ComfyScene.Pause)) continue;
            if (ReferenceEquals(message, ComfyScene.Cut))
            {
                socket.Abort();
                socket = null;
            }
            else if (message is byte[] picture) await socket.SendAsync(picture, WebSocketMessageType.Binary, true, _closing.Token);
            else await socket.SendAsync(Encoding.UTF8.GetBytes((string)message), WebSocketMessageType.Text, true, _closing.Token);
        }
        if (_scene.IsEndless) return;
        if (!_scene.Forgets) _over[job] = 0;
        _running = null;
    }

    private Task HistoryAsync(HttpContext http, string job)
    {
        if (!_over.TryGetValue(job, out _) || _over.AddOrUpdate(job, 1, (_, asked) => asked + 1) < _scene.HistoryAfter) return SayAsync(http, "{}");
        string status = _scene.Status is { } said ? $",\"status\":{said}" : "";
        return SayAsync(http, $$$"""{"{{{job}}}":{"prompt":[1,"{{{job}}}",{},{},["9"]],"outputs":{{{_scene.Outputs}}}{{{status}}},"meta":{} } }""");
    }

    private async Task ViewAsync(HttpContext http)
    {
        if (!_scene.Files.TryGetValue(http.Request.Query["filename"]!, out byte[]? file))
        {
            await SayAsync(http, "{}", 404);
            return;
        }
        // A type that is not what it is: nobody may believe it.
        http.Response.ContentType = "text/html";
        await http.Response.Body.WriteAsync(file);
    }

    private async Task UploadAsync(HttpContext http)
    {
        IFormCollection form = await http.Request.ReadFormAsync();
        using MemoryStream content = new();
        await form.Files["image"]!.CopyToAsync(content);
        Uploads.Enqueue((form.Files["image"]!.FileName, form["subfolder"]!, content.ToArray()));
        await SayAsync(http, JsonSerializer.Serialize(new { name = form.Files["image"]!.FileName, subfolder = (string?)form["subfolder"], type = "input" }));
    }

    private Task StopAsync(HttpContext http)
    {
        _running = null;
        _stopped.TrySetResult();
        return http.Response.CompleteAsync();
    }

    private static async Task SayAsync(HttpContext http, string json, int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(json);
    }
}
