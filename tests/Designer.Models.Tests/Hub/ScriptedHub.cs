using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Designer.Models.Tests.Hub;

/// <summary>What was asked of the hub or of the host that it sends on to.</summary>
internal sealed record HubRequest(bool IsAtHub, string Path, string? Range, string? IfRange, string? Authorization);

/// <summary>A real HTTP server that plays a hub with one model, and a second one that plays the network its large files come from.</summary>
internal sealed class ScriptedHub : IAsyncDisposable
{
    public const string Id = "tests/story";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly WebApplication _hub, _files;

    private ScriptedHub() => (_hub, _files) = (Make(isHub: true), Make(isHub: false));

    public Dictionary<string, byte[]> Files { get; } = [];
    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    /// <summary>Files are handed out to who shows it.</summary>
    public string? Token { get; set; }

    /// <summary>Where large files are sent on to; the second server unless a test says otherwise.</summary>
    public Func<string, string>? RedirectTo { get; set; }

    /// <summary>Changes what is listed.</summary>
    public Action<JsonObject>? Listing { get; set; }

    /// <summary>Answers for a file instead of the hub; false leaves it to the hub.</summary>
    public Func<HttpContext, string, Task<bool>>? Instead { get; set; }

    public Uri Address { get; private set; } = null!;
    public string FilesHost { get; private set; } = "";

    public static async Task<ScriptedHub> StartAsync()
    {
        var hub = new ScriptedHub();
        await hub._hub.StartAsync();
        await hub._files.StartAsync();
        (hub.Address, hub.FilesHost) = (new Uri(hub._hub.Urls.First()), new Uri(hub._files.Urls.First()).Authority);
        return hub;
    }

    /// <summary>Serves these files of a folder, each under the name behind the arrow, if there is one.</summary>
    public ScriptedHub Serve(string folder, params string[] names)
    {
        foreach (var name in names)
        {
            var parts = name.Split("->");
            Files[parts[^1]] = File.ReadAllBytes(Path.Combine(folder, parts[0]));
        }
        return this;
    }

    /// <summary>Sends so many bytes of a file and hangs up, the first time it is asked for.</summary>
    public void CutOnce(string file, int after)
    {
        var isDue = true;
        Instead = async (context, path) =>
        {
            if (path != file || !isDue) return false;
            isDue = false;
            context.Response.ContentLength = Files[path].Length;
            context.Response.Headers.ETag = TagOf(Files[path]);
            await context.Response.Body.WriteAsync(Files[path].AsMemory(0, after));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        };
    }

    /// <summary>Sends so many bytes of a file and then nothing until the other task ends, which lets the rest follow.</summary>
    public void HoldAfter(string file, int after, Task release) => Instead = async (context, path) =>
    {
        if (path != file || release.IsCompleted) return false;
        context.Response.ContentLength = Files[path].Length;
        context.Response.Headers.ETag = TagOf(Files[path]);
        await context.Response.Body.WriteAsync(Files[path].AsMemory(0, after));
        await context.Response.Body.FlushAsync();
        await release.WaitAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(Files[path].AsMemory(after));
        return true;
    };

    public static string TagOf(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"";

    private WebApplication Make(bool isHub)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            Requests.Enqueue(new HubRequest(isHub, context.Request.Path, context.Request.Headers.Range, context.Request.Headers.IfRange, context.Request.Headers.Authorization));
            try
            {
                await AnswerAsync(context, isHub);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // Whoever asked has left.
            }
        });
        return app;
    }

    private async Task AnswerAsync(HttpContext context, bool isHub)
    {
        var path = context.Request.Path.Value!;
        if (isHub && path == $"/api/models/{Id}/revision/main") await context.Response.WriteAsync(List().ToJsonString());
        else if (isHub && path.StartsWith($"/{Id}/resolve/{Commit}/", StringComparison.Ordinal)) await ResolveAsync(context, path[$"/{Id}/resolve/{Commit}/".Length..]);
        else if (!isHub && path.StartsWith("/blobs/", StringComparison.Ordinal)) await SendAsync(context, path["/blobs/".Length..]);
        else context.Response.StatusCode = 404;
    }

    private async Task ResolveAsync(HttpContext context, string file)
    {
        if (Token is not null && context.Request.Headers.Authorization != $"Bearer {Token}") context.Response.StatusCode = 401;
        else if (!Files.ContainsKey(file)) context.Response.StatusCode = 404;
        else if (IsLarge(file)) context.Response.Redirect(RedirectTo?.Invoke(file) ?? $"http://{FilesHost}/blobs/{file}");
        else await SendAsync(context, file);
    }

    private async Task SendAsync(HttpContext context, string file)
    {
        if (Instead is not null && await Instead(context, file)) return;
        await Results.Bytes(Files[file], entityTag: new EntityTagHeaderValue(TagOf(Files[file])), enableRangeProcessing: true).ExecuteAsync(context);
    }

    private JsonObject List()
    {
        var list = new JsonObject
        {
            ["id"] = Id,
            ["sha"] = Commit,
            ["gated"] = Token is null ? false : "auto",
            ["cardData"] = new JsonObject { ["license"] = "mit" },
            ["siblings"] = new JsonArray([.. Files.Select(f => (JsonNode)FileOf(f.Key, f.Value))]),
        };
        Listing?.Invoke(list);
        return list;
    }

    private static JsonObject FileOf(string path, byte[] content)
    {
#pragma warning disable CA5350 // Git's names.
        var file = new JsonObject { ["rfilename"] = path, ["size"] = content.Length, ["blobId"] = Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")), .. content])) };
#pragma warning restore CA5350
        if (IsLarge(path)) file["lfs"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)), ["size"] = content.Length, ["pointerSize"] = 134 };
        return file;
    }

    private static bool IsLarge(string path) => path.Contains(".onnx", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await _hub.StopAsync(now.Token);
        await _files.StopAsync(now.Token);
        await _hub.DisposeAsync();
        await _files.DisposeAsync();
    }
}
