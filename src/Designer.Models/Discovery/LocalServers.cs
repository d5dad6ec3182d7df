using System.Globalization;
using System.Text.Json;
using Designer.Models.Comfy;
using Designer.Models.Connections;
using Designer.Models.Network;

namespace Designer.Models.Discovery;

/// <summary>A model server found on this machine. Connections made from it need <c>AllowPrivateNetwork</c>.</summary>
/// <param name="Models">What it serves; of ComfyUI, which runs workflows, the name of its provider.</param>
public sealed record LocalServer(string Kind, Uri Endpoint, IReadOnlyList<string> Models)
{
    /// <summary>Whose interface it speaks, see <see cref="ModelProviders"/>.</summary>
    public string Provider { get; init; } = ModelProviders.OpenAi;
}

/// <summary>Where to look.</summary>
/// <param name="Kind">The server's name. <c>ComfyUI</c> speaks its own interface, all others OpenAI's.</param>
public sealed record LocalServerProbe(string Kind, string Host, int Port)
{
    internal const string ComfyUi = "ComfyUI";

    internal bool IsComfy => Kind.Equals(ComfyUi, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Looks for OpenAI-compatible model servers and for ComfyUI on this machine, and on the container's host when running in a container.</summary>
public sealed class LocalServers
{
    private static readonly TimeSpan s_defaultPatience = TimeSpan.FromMilliseconds(500);
    private const int LargestList = 1024 * 1024;
    private const int MostModels = 500;

    private readonly IReadOnlyList<LocalServerProbe> _probes;
    private readonly TimeSpan _patience;

    public LocalServers() : this(DefaultProbes(string.Equals(Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER"), "true", StringComparison.OrdinalIgnoreCase)))
    {
    }

    /// <param name="patience">How long each server has to answer; half a second when null.</param>
    public LocalServers(IReadOnlyList<LocalServerProbe> probes, TimeSpan? patience = null) => (_probes, _patience) = (probes, patience ?? s_defaultPatience);

    public static IReadOnlyList<LocalServerProbe> DefaultProbes(bool inContainer)
    {
        string[] hosts = inContainer ? ["127.0.0.1", "host.docker.internal"] : ["127.0.0.1"];
        return [.. hosts.SelectMany(host => (LocalServerProbe[])
        [
            new("Ollama", host, 11434),
            new("llama.cpp", host, 8080),
            new("LM Studio", host, 1234),
            new("vLLM", host, 8000),
            new(LocalServerProbe.ComfyUi, host, 8188),
        ])];
    }

    /// <summary>Probes as an admin writes them: <c>Ollama=127.0.0.1:11434, llama.cpp=gpu-box:8080</c>; none when empty.</summary>
    /// <exception cref="FormatException">A part has another shape.</exception>
    public static IReadOnlyList<LocalServerProbe> ProbesOf(string setting) =>
    [
        .. setting.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part =>
            part.Split('=', 2) is [{ Length: > 0 } kind, { } place] && place.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? new LocalServerProbe(kind, place[..colon], port)
                : throw new FormatException($"The setting 'discovery' holds '{part}', which is no NAME=HOST:PORT.")),
    ];

    /// <summary>All servers that answer in time with a real model list, or as ComfyUI does, in the order of the probes. Never throws but for cancellation.</summary>
    public async Task<IReadOnlyList<LocalServer>> FindAsync(CancellationToken cancellation)
    {
        using var handler = NetworkGuard.CreateHandler(NetworkPolicy.PrivateToo with { ConnectTimeout = _patience });
        using var http = new HttpClient(handler) { Timeout = _patience, MaxResponseContentBufferSize = LargestList };
        var found = await Task.WhenAll(_probes.Select(probe => ProbeAsync(http, probe, cancellation)));
        return [.. found.OfType<LocalServer>()];
    }

    private static async Task<LocalServer?> ProbeAsync(HttpClient http, LocalServerProbe probe, CancellationToken cancellation)
    {
        var endpoint = new UriBuilder("http", probe.Host, probe.Port, probe.IsComfy ? "/" : "/v1").Uri;
        try
        {
            using var response = await http.GetAsync(probe.IsComfy ? new Uri(endpoint, "system_stats") : new Uri(endpoint.AbsoluteUri + "/models"), cancellation);
            if (!response.IsSuccessStatusCode) return null;
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (probe.IsComfy) return IsComfy(body) ? new LocalServer(LocalServerProbe.ComfyUi, endpoint, [ModelProviders.ComfyUi]) { Provider = ModelProviders.ComfyUi } : null;
            return ReadModels(body) is { } models ? new LocalServer(probe.Kind, endpoint, models) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    // What its documented /system_stats says: some other program may use the port.
    private static bool IsComfy(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        return ComfyMessage.Member(json.RootElement, "system") is { ValueKind: JsonValueKind.Object } && ComfyMessage.Member(json.RootElement, "devices") is { ValueKind: JsonValueKind.Array };
    }

    /// <summary>The ids of a model list, or null when the answer has another shape: some other program may use the port.</summary>
    /// <param name="isMarked">OpenAI's lists say that they are one; Anthropic's do not.</param>
    internal static List<string>? ReadModels(byte[] body, bool isMarked = true)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (isMarked && (!root.TryGetProperty("object", out var kind) || kind.ValueKind != JsonValueKind.String || kind.GetString() != "list")) return null;
        if (!root.TryGetProperty("data", out var data)) return null;
        // Ollama sends null for a list without models.
        if (data.ValueKind == JsonValueKind.Null) return [];
        if (data.ValueKind != JsonValueKind.Array) return null;
        var models = new List<string>();
        foreach (var item in data.EnumerateArray().Take(MostModels))
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String) return null;
            models.Add(id.GetString()!);
        }
        return models;
    }
}
