using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Designer.Models.Tests.Comfy;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>Models: connected, tested, streaming, dead, and stopped in the middle.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task A_model_is_added_tested_used_and_removed_and_its_key_never_shown()
    {
        using Cli cli = new();
        await using ModelServer server = await ModelServer.StartAsync();
        string file = cli.File("chatting.flow.json", Documents.Chatting);
        string[] add = ["model", "add", "quick", "--endpoint", server.Endpoint, "--model", "quick"];
        (await cli.RunAsync(add)).Refused("Add --private");
        (await cli.RunAsync("model", "add", "Bad Name", "--endpoint", "https://example.org/v1", "--model", "x")).Refused("The name must start with");
        (await cli.RunAsync("model", "add", "quick", "--endpoint", "ftp://example.org", "--model", "x")).Refused("http");
        (await cli.SendAsync(ModelServer.Key + "\n", [.. add, "--key-stdin", "--private"])).Succeeded();
        (await cli.SendAsync(ModelServer.Key + "\n", [.. add, "--key-stdin", "--private"])).Refused("There is a model named");

        JsonElement test = (await cli.RunAsync("model", "test", "quick", "--json")).Succeeded().Json;
        Assert.True(test.GetProperty("ok").GetBoolean());
        Assert.Equal("First second.", test.GetProperty("answer").GetString());
        CommandResult list = (await cli.RunAsync("model", "list", "--json")).Succeeded();
        Assert.Equal(["extractive", "quick"], list.Json.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.True(list.Json.GetProperty("models")[1].GetProperty("hasKey").GetBoolean());
        Assert.DoesNotContain(ModelServer.Key, list.Out);
        Assert.Equal("First second.\n", (await cli.RunAsync("flow", "run", file, "--slot", "model=quick")).Succeeded().Out);
        (await cli.RunAsync("model", "remove", "quick")).Succeeded();
        (await cli.RunAsync("model", "test", "quick")).Refused("There is no model \"quick\"");
        (await cli.RunAsync("model", "remove", "extractive")).Refused("cannot be removed");
    }

    [Fact]
    public async Task Vectors_and_rankings_come_from_servers_and_each_slot_takes_its_kind_only()
    {
        using Cli cli = new();
        await using ModelServer server = await ModelServer.StartAsync();
        string file = cli.File("ordering.flow.json", Documents.Ordering);
        (await cli.RunAsync("model", "add", "ranks", "--provider", "rerank", "--model", "quick")).Refused("needs the address of its server");
        (await cli.RunAsync("model", "add", "ranks", "--provider", "rerank", "--endpoint", server.Endpoint + "/rerank", "--model", "quick", "--private")).Succeeded();
        (await cli.RunAsync("model", "add", "vectors", "--provider", "openai-embeddings", "--endpoint", server.Endpoint, "--model", "quick", "--private")).Succeeded();
        Assert.Equal("A sentence became 2 numbers.", (await cli.RunAsync("model", "test", "vectors", "--json")).Succeeded().Json.GetProperty("answer").GetString());
        Assert.Equal(["extractive", "ranks", "vectors"], (await cli.RunAsync("model", "list", "--json")).Succeeded().Json.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("name").GetString()));

        string[] run = ["flow", "run", file, "--input", """{"texts":["long","longest","longer"]}""", "--slot", "ranker=ranks"];
        Assert.Equal("longest, longer, long (2)\n", (await cli.RunAsync([.. run, "--slot", "embedder=vectors"])).Succeeded().Out);
        (await cli.RunAsync([.. run, "--slot", "embedder=ranks"])).Refused("it is of the kind 'Rerank'");
    }

    [Fact]
    public async Task A_ComfyUI_server_is_found_and_connected_as_the_list_says()
    {
        await using ScriptedComfy comfy = await ScriptedComfy.StartAsync(new ComfyScene());
        using Cli cli = new() { Environment = { ["DESIGNER_DISCOVERY"] = $"ComfyUI={comfy.Address.Authority}" } };
        JsonElement found = (await cli.RunAsync("model", "list", "--json")).Succeeded().Json.GetProperty("found")[0];
        Assert.Equal(("ComfyUI", "comfyui", comfy.Address.AbsoluteUri), (found.GetProperty("kind").GetString(), found.GetProperty("provider").GetString(), found.GetProperty("endpoint").GetString()));
        (await cli.RunAsync("model", "add", "comfy", "--provider", "comfyui", "--endpoint", found.GetProperty("endpoint").GetString()!, "--private")).Succeeded();
        Assert.Contains("Test Card", (await cli.RunAsync("model", "test", "comfy", "--json")).Succeeded().Json.GetProperty("answer").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_changed_and_switched_off_and_its_key_stays_with_its_address()
    {
        using Cli cli = new();
        await using ModelServer server = await ModelServer.StartAsync();
        string file = cli.File("chatting.flow.json", Documents.Chatting);
        (await cli.SendAsync(ModelServer.Key + "\n", "model", "add", "quick", "--endpoint", server.Endpoint, "--model", "old", "--key-stdin", "--private", "--timeout", "30")).Succeeded();
        CommandResult edit = (await cli.RunAsync("model", "edit", "quick", "--name", "fast", "--model", "quick", "--concurrent", "2", "--timeout", "", "--input-price", "0.5", "--json")).Succeeded();
        Assert.Equal("First second.\n", (await cli.RunAsync("flow", "run", file, "--slot", "model=fast")).Succeeded().Out);
        (await cli.RunAsync("model", "disable", "fast")).Succeeded();
        (await cli.RunAsync("flow", "run", file, "--slot", "model=fast")).Refused("is switched off");
        (await cli.RunAsync("model", "enable", "fast")).Succeeded();
        (await cli.RunAsync("model", "edit", "fast", "--retries", "many")).Refused("must be a number");
        (await cli.RunAsync("model", "edit", "fast", "--fallback", "nobody")).Refused("no model named “nobody”");
        (await cli.RunAsync("model", "edit", "extractive", "--model", "x")).Refused("cannot be changed");
        (await cli.RunAsync("model", "disable", "nobody")).Refused("There is no model \"nobody\"");
        Assert.Contains("is forgotten", (await cli.RunAsync("model", "edit", "fast", "--endpoint", "http://127.0.0.1:1/v1", "--fallback", "extractive")).Succeeded().Out);
        Assert.NotEmpty((await cli.RunAsync("flow", "run", file, "--slot", "model=fast", "--trace")).Succeeded().Out);

        JsonElement options = edit.Json.GetProperty("options");
        Assert.Equal((2, JsonValueKind.Null), (options.GetProperty("maxConcurrent").GetInt32(), options.TryGetProperty("timeoutSeconds", out JsonElement none) ? none.ValueKind : JsonValueKind.Null));
        Assert.Equal(("fast", "quick", 0.5m, true), (edit.Json.GetProperty("name").GetString(), edit.Json.GetProperty("model").GetString(), edit.Json.GetProperty("inputPrice").GetDecimal(), edit.Json.GetProperty("hasKey").GetBoolean()));
        Assert.DoesNotContain(ModelServer.Key, edit.Out);
    }

    [Fact]
    public async Task A_dead_server_and_a_wrong_key_are_told_in_one_line()
    {
        using Cli cli = new();
        await using ModelServer server = await ModelServer.StartAsync();
        string file = cli.File("chatting.flow.json", Documents.Chatting);
        (await cli.RunAsync("model", "add", "dead", "--endpoint", "http://127.0.0.1:1/v1", "--model", "x", "--private")).Succeeded();
        (await cli.RunAsync("model", "test", "dead")).Refused("model.unavailable");
        (await cli.RunAsync("flow", "run", file, "--slot", "model=dead")).Refused("model.unavailable");
        (await cli.SendAsync("sk-wrong\n", "model", "add", "locked", "--endpoint", server.Endpoint, "--model", "x", "--private", "--key-stdin")).Succeeded();
        CommandResult refused = (await cli.RunAsync("flow", "run", file, "--slot", "model=locked")).Refused("model.key");
        Assert.DoesNotContain("sk-wrong", refused.Error);
        (await cli.RunAsync("model", "test", "locked")).Refused("model.key");
    }

    [Fact]
    public async Task Words_come_out_as_the_model_says_them()
    {
        using Cli cli = new();
        await using ModelServer server = await ModelServer.StartAsync();
        using Process run = await StartSlowAsync(cli, server);
        StringBuilder text = new(await FirstWordAsync(run));
        Assert.Equal("First", text.ToString());
        server.GoOn();
        CommandResult end = (await Cli.EndAsync(run, run.StandardOutput.ReadToEndAsync())).Succeeded();
        Assert.Equal(" second.\n", end.Out);
    }

    [Fact]
    public async Task Ctrl_C_cancels_the_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals of this kind are Unix's.");
        using Cli cli = new();
        await using ModelServer server = await ModelServer.StartAsync();
        using Process run = await StartSlowAsync(cli, server);
        await FirstWordAsync(run);
        Cli.Interrupt(run);
        CommandResult end = (await Cli.EndAsync(run, run.StandardOutput.ReadToEndAsync())).Refused("Cancelled the run", exitCode: 130);
        JsonElement row = Assert.Single((await cli.RunAsync("run", "list", "--state", "cancelled", "--json")).Succeeded().Json.EnumerateArray());
        Assert.Contains(row.GetProperty("runId").GetString()!, end.Error);
    }

    private static async Task<Process> StartSlowAsync(Cli cli, ModelServer server)
    {
        string file = cli.File("chatting.flow.json", Documents.Chatting);
        (await cli.SendAsync(ModelServer.Key, "model", "add", "slow", "--endpoint", server.Endpoint, "--model", "slow", "--private", "--key-stdin")).Succeeded();
        return cli.Start("flow", "run", file, "--slot", "model=slow");
    }

    private static async Task<string> FirstWordAsync(Process run)
    {
        char[] buffer = new char["First".Length];
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        int read = await run.StandardOutput.ReadBlockAsync(buffer, patience.Token);
        return new string(buffer, 0, read);
    }
}
