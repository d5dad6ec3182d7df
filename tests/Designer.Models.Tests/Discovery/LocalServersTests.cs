using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Designer.Models.Connections;
using Designer.Models.Discovery;
using Designer.Models.Tests.Comfy;
using Designer.Models.Tests.OpenAi;

namespace Designer.Models.Tests.Discovery;

public sealed class LocalServersTests
{
    private const string List = """{"object":"list","data":[{"id":"llama3.2:1b","object":"model"},{"id":"qwen3:4b","object":"model"}]}""";

    [Fact]
    public async Task Servers_with_a_real_model_list_are_found_and_others_are_not()
    {
        await using var ollama = await ScriptedServer.StartAsync(Scenes.Status(200, List));
        await using var empty = await ScriptedServer.StartAsync(Scenes.Status(200, """{"object":"list","data":null}"""));
        await using var page = await ScriptedServer.StartAsync(Scenes.Status(200, "<html>Jenkins</html>"));
        await using var other = await ScriptedServer.StartAsync(Scenes.Status(200, """{"models":[{"name":"x"}]}"""));
        await using var strange = await ScriptedServer.StartAsync(Scenes.Status(200, """{"object":"list","data":[{"name":"x"}]}"""));
        await using var refusing = await ScriptedServer.StartAsync(Scenes.Status(401, List));
        await using var hanging = await ScriptedServer.StartAsync(Scenes.HangAsync);
        await using var endless = await ScriptedServer.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested) await Scenes.SendAsync(context, new string('x', 10_000));
        });
        LocalServerProbe[] probes =
        [
            new("Ollama", "127.0.0.1", ollama.Port), new("page", "127.0.0.1", page.Port), new("other", "127.0.0.1", other.Port), new("strange", "127.0.0.1", strange.Port),
            new("refusing", "127.0.0.1", refusing.Port), new("hanging", "127.0.0.1", hanging.Port), new("endless", "127.0.0.1", endless.Port),
            new("closed", "127.0.0.1", ClosedPort()), new("LM Studio", "127.0.0.1", empty.Port),
        ];
        var clock = Stopwatch.StartNew();

        var found = await new LocalServers(probes, TimeSpan.FromSeconds(4)).FindAsync(default);

        Assert.Equal(["Ollama", "LM Studio"], found.Select(f => f.Kind));
        Assert.Equal(["llama3.2:1b", "qwen3:4b"], found[0].Models);
        Assert.Empty(found[1].Models);
        Assert.Equal(new Uri($"http://127.0.0.1:{ollama.Port}/v1"), found[0].Endpoint);
        Assert.Equal("/v1/models", Assert.Single(ollama.Requests).Path);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"It took {clock.Elapsed}.");
    }

    [Fact]
    public async Task ComfyUI_is_found_by_what_it_says_of_itself()
    {
        await using var comfy = await ScriptedComfy.StartAsync(new ComfyScene());
        await using var page = await ScriptedServer.StartAsync(Scenes.Status(200, "<html>Jenkins</html>"));
        await using var other = await ScriptedServer.StartAsync(Scenes.Status(200, """{"system":"up","devices":[]}"""));
        await using var list = await ScriptedServer.StartAsync(Scenes.Status(200, List));
        LocalServerProbe[] probes = [.. new[] { page.Port, comfy.Address.Port, other.Port, list.Port }.Select(port => new LocalServerProbe("comfyui", "127.0.0.1", port))];

        var found = Assert.Single(await new LocalServers(probes, TimeSpan.FromSeconds(30)).FindAsync(default));

        Assert.Equal(("ComfyUI", ModelProviders.ComfyUi, new Uri($"http://127.0.0.1:{comfy.Address.Port}")), (found.Kind, found.Provider, found.Endpoint));
        Assert.Equal(["GET /system_stats"], comfy.Requests);
    }

    [Fact]
    public void The_usual_ports_are_probed_and_in_a_container_the_host_too()
    {
        var here = LocalServers.DefaultProbes(inContainer: false);
        var contained = LocalServers.DefaultProbes(inContainer: true);

        Assert.Equal([11434, 8080, 1234, 8000, 8188], here.Select(p => p.Port));
        Assert.All(here, p => Assert.Equal("127.0.0.1", p.Host));
        Assert.Equal(5, contained.Count(p => p.Host == "host.docker.internal"));
    }

    [Fact]
    public async Task Cancelling_ends_the_search()
    {
        using var stop = new CancellationTokenSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await stop.CancelAsync();
            await Scenes.HangAsync(context);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new LocalServers([new("x", "127.0.0.1", server.Port)], TimeSpan.FromMinutes(1)).FindAsync(stop.Token));
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
