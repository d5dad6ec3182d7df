using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models.Comfy;

/// <summary>The HTTP side of a ComfyUI server: its state, queue, history and files.</summary>
internal sealed class ComfyServer
{
    private const long LargestFile = 2L * 1024 * 1024 * 1024;
    private const string Folder = "designer";
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    private readonly Uri _base;
    private readonly string? _key;
    private readonly HttpClient _client, _files;

    public ComfyServer(ModelConnection connection, string? key, ModelHttp http)
    {
        (_base, _key) = (new Uri(connection.Endpoint!.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), key);
        Errors = new ModelErrors(connection, key, connection.Endpoint);
        // A job that is queued twice is paid twice, so nothing is sent again.
        ModelConnection once = connection with { Options = connection.Options with { Retries = 0 } };
        _client = http.Create(once, Errors);
        _files = http.Create(once, Errors, http.Limits with { MaxResponseBytes = LargestFile });
    }

    public ModelErrors Errors { get; }

    /// <summary>What the server says of itself, in a line for people.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellation)
    {
        JsonElement stats = await GetAsync("system_stats", cancellation);
        if (ComfyMessage.Member(stats, "system") is not { } system || ComfyMessage.Member(stats, "devices") is not { ValueKind: JsonValueKind.Array } devices) throw Errors.Bad("it is not what ComfyUI says of itself; is the address right?", transient: false);
        string version = ComfyMessage.Clean(ComfyMessage.Text(system, "comfyui_version"), 20);
        IEnumerable<string> cards = devices.EnumerateArray().Take(4).Select(d =>
            $"{ComfyMessage.Clean(ComfyMessage.Text(d, "name"), 60)}{(ComfyMessage.Number(d, "vram_total") is > 0 and var bytes ? $", {bytes / (1L << 30):0.#} GiB" : "")}");
        return $"ComfyUI {version} · {string.Join(" · ", cards)}".TrimEnd(' ', '·');
    }

    /// <param name="wanted">The job's id, so that it is known even to who leaves before the answer is there.</param>
    /// <returns>The job's id: older servers choose one themselves.</returns>
    public async Task<string> QueueAsync(ComfyWorkflow workflow, string wanted, string client, CancellationToken cancellation)
    {
        JsonElement answer = await PostAsync("prompt", new JsonObject { ["prompt"] = JsonNode.Parse(workflow.Json), ["prompt_id"] = wanted, ["client_id"] = client }, cancellation);
        return ComfyMessage.Text(answer, "prompt_id") is { Length: > 0 and <= 200 } id ? id : throw Errors.Bad("it names no job");
    }

    public async Task<ComfyHistory?> HistoryAsync(string job, CancellationToken cancellation) =>
        ComfyHistory.Read(await GetAsync($"history/{Uri.EscapeDataString(job)}", cancellation), job);

    /// <summary>Whether nothing more will be said of the job. A server that cannot say it now may say it later.</summary>
    public async Task<bool> IsOverAsync(string job, CancellationToken cancellation)
    {
        try
        {
            return await IsRunningAsync(job, cancellation) is null;
        }
        catch (ModelException e) when (e.IsTransient)
        {
            return false;
        }
    }

    /// <summary>Whether the job runs, or waits; null when the queue does not know it.</summary>
    public async Task<bool?> IsRunningAsync(string job, CancellationToken cancellation)
    {
        JsonElement queue = await GetAsync("queue", cancellation);
        return Holds("queue_running") ? true : Holds("queue_pending") ? false : null;

        // Each entry begins with its place and its id.
        bool Holds(string list) => ComfyMessage.Member(queue, list) is { ValueKind: JsonValueKind.Array } jobs && jobs.EnumerateArray().Any(entry =>
            entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() > 1 && entry[1].ValueKind == JsonValueKind.String && entry[1].GetString() == job);
    }

    /// <summary>Takes the job out of the queue or stops it, and no other's. Never fails: who leaves cannot be told.</summary>
    public async Task StopAsync(string job)
    {
        using CancellationTokenSource patience = new(s_farewell);
        try
        {
            await PostAsync("queue", new JsonObject { ["delete"] = new JsonArray(job) }, patience.Token);
            // Older servers stop whatever runs, so it must be ours.
            if (await IsRunningAsync(job, patience.Token) == true) await PostAsync("interrupt", new JsonObject { ["prompt_id"] = job }, patience.Token);
        }
        catch (Exception e) when (e is ModelException or OperationCanceledException)
        {
            // The server is gone, or takes the job to its end.
        }
    }

    /// <summary>Puts a file where the server's nodes read files, and says how they call it.</summary>
    public Task<string> UploadAsync(DataContent file, CancellationToken cancellation) => CallAsync(async () =>
    {
        // A name of the content, so that one file is not there a hundred times and no name of ours gets out.
        string name = $"{Convert.ToHexStringLower(SHA256.HashData(file.Data.Span))[..32]}.{file.MediaType[(file.MediaType.IndexOf('/', StringComparison.Ordinal) + 1)..]}";
        using ByteArrayContent content = new(file.Data.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(file.MediaType);
        using MultipartFormDataContent form = new() { { content, "image", name }, { new StringContent("input"), "type" }, { new StringContent(Folder), "subfolder" }, { new StringContent("true"), "overwrite" } };
        using HttpRequestMessage request = Request(HttpMethod.Post, "upload/image", form);
        JsonElement answer = await AnswerAsync(request, cancellation);
        if (ComfyMessage.Text(answer, "name") is not { Length: > 0 and <= 1000 } stored) throw Errors.Bad("it does not say how it calls an uploaded file");
        return ComfyMessage.Text(answer, "subfolder") is { Length: > 0 } folder ? $"{folder}/{stored}" : stored;
    }, cancellation);

    /// <summary>The file's bytes as they come. How many there are, the reader has to watch.</summary>
    public Task<Stream> OpenAsync(ComfyFile file, CancellationToken cancellation) => CallAsync(async () =>
    {
        string query = $"view?filename={Uri.EscapeDataString(file.Name)}&subfolder={Uri.EscapeDataString(file.Folder)}&type={Uri.EscapeDataString(file.Kind)}";
        using HttpRequestMessage request = Request(HttpMethod.Get, query, null);
        HttpResponseMessage response = await _files.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return await response.Content.ReadAsStreamAsync(cancellation);
    }, cancellation);

    private Task<JsonElement> GetAsync(string path, CancellationToken cancellation) => CallAsync(async () =>
    {
        using HttpRequestMessage request = Request(HttpMethod.Get, path, null);
        return await AnswerAsync(request, cancellation);
    }, cancellation);

    private Task<JsonElement> PostAsync(string path, JsonObject body, CancellationToken cancellation) => CallAsync(async () =>
    {
        using HttpRequestMessage request = Request(HttpMethod.Post, path, JsonContent.Create(body));
        return await AnswerAsync(request, cancellation);
    }, cancellation);

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content)
    {
        HttpRequestMessage request = new(method, new Uri(_base, path)) { Content = content };
        if (_key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        return request;
    }

    // Some answers are empty.
    private async Task<JsonElement> AnswerAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _client.SendAsync(request, cancellation);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation);
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }

    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is not ModelException && !(e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            throw Errors.Map(e);
        }
    }
}
