using System.Diagnostics;
using System.Text.Json;
using Designer.EndToEnd.Tests.CommandLine;

namespace Designer.EndToEnd.Tests.LlamaCpp;

/// <summary>A real llama.cpp behind its own door: connected, tested, streaming, counting.</summary>
public sealed class LlamaCppTests
{
    private const string Story = ", there was a little girl named Lily. She";

    [Fact]
    public async Task A_real_model_server_is_connected_and_tells_a_story_word_by_word()
    {
        await using LlamaCppServer server = await LlamaCppServer.StartAsync();
        using Cli cli = new() { Environment = { ["DESIGNER_DISCOVERY"] = $"llama.cpp={new Uri(server.Endpoint).Authority}" } };
        string file = cli.File("chatting.flow.json", Documents.Chatting.Replace("Say something.", "Once upon a time", StringComparison.Ordinal)
            .Replace("\"model\": \"@slot:model\",", "\"model\": \"@slot:model\", \"maxTokens\": 12, \"temperature\": 0,", StringComparison.Ordinal));

        JsonElement found = (await cli.RunAsync("model", "list", "--json")).Succeeded().Json.GetProperty("found");
        (await cli.RunAsync("model", "add", "llama", "--endpoint", server.Endpoint, "--model", "stories", "--private")).Succeeded();
        JsonElement test = (await cli.RunAsync("model", "test", "llama", "--json")).Succeeded().Json;
        CommandResult run = (await cli.RunAsync("flow", "run", file, "--slot", "model=llama", "--json", "--trace")).Succeeded();

        Assert.Equal(("llama.cpp", "stories"), (found[0].GetProperty("kind").GetString(), found[0].GetProperty("models")[0].GetString()));
        Assert.True(test.GetProperty("ok").GetBoolean() && test.GetProperty("streams").GetBoolean(), test.ToString());
        Assert.False(test.GetProperty("callsTools").GetBoolean());
        Assert.Equal(Story, run.Json.GetProperty("output").GetProperty("text").GetString());
        JsonElement usage = run.Json.GetProperty("usage");
        Assert.Equal((6, 12), (usage.GetProperty("inputTokens").GetInt32(), usage.GetProperty("outputTokens").GetInt32()));
    }
}

/// <summary>llama.cpp as node-llama-cpp brings it, in a process of its own.</summary>
internal sealed class LlamaCppServer : IAsyncDisposable
{
    private readonly Process _process;

    private LlamaCppServer(Process process, string endpoint) => (_process, Endpoint) = (process, endpoint);

    public string Endpoint { get; }

    public static async Task<LlamaCppServer> StartAsync()
    {
        string folder = Path.Combine(Up("Designer.sln") ?? "", "tests", "Designer.EndToEnd.Tests", "LlamaCpp");
        Need(Directory.Exists(Path.Combine(folder, "node_modules", "node-llama-cpp")), $"Needs llama.cpp: npm ci in {folder}.");
        string? shared = Up("shared/models/stories260k/stories260K-f32.gguf");
        Need(shared is not null, "Needs the shared folder with models/stories260k beside the checkout.");
        Process process = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "serve.mjs"), Path.Combine(shared!, "shared/models/stories260k/stories260K-f32.gguf")]) { RedirectStandardOutput = true })!;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        string? line = await process.StandardOutput.ReadLineAsync(patience.Token);
        return new LlamaCppServer(process, line ?? throw new InvalidOperationException("llama.cpp did not start."));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Skips the test where something is absent; on the build server it fails.</summary>
    private static void Need(bool isThere, string what)
    {
        if (isThere) return;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", what);
        Assert.Skip(what);
    }

    /// <summary>The folder above this program that holds a path.</summary>
    private static string? Up(string path)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Exists(Path.Combine(at.FullName, path))) return at.FullName;
        return null;
    }
}
