using System.Diagnostics;
using System.Text.Json;
using Designer.Models.Tests.Hub;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>Models that are downloaded from a hub by a command.</summary>
public sealed class HubModelTests : IAsyncLifetime
{
    private readonly Cli _cli = new();
    private ScriptedHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = (await ScriptedHub.StartAsync()).Serve(SharedModels.Folder("stories260k"), "config.json", "tokenizer.model", "model.onnx->onnx/model.onnx", "model_gqa.onnx->onnx/model_gqa.onnx");
        _cli.Environment["DESIGNER_hub__address"] = _hub.Address.AbsoluteUri;
        _cli.Environment["DESIGNER_hub__allow"] = _hub.FilesHost;
    }

    [Fact]
    public async Task A_model_is_chosen_agreed_to_downloaded_and_tells_its_story()
    {
        (await _cli.RunAsync("model", "add", "--hub", ScriptedHub.Id)).Refused("choose one with --variant: full (1 MiB), gqa (1 MiB)", exitCode: 2);
        CommandResult asked = await _cli.RunAsync("model", "add", "--hub", ScriptedHub.Id, "--variant", "gqa");
        Assert.Equal(1, asked.ExitCode);
        Assert.Contains("Licence: mit.", asked.Error);
        Assert.Contains("Say so with --yes.", asked.Error);
        Assert.DoesNotContain(_hub.Requests, r => r.Path.Contains("resolve", StringComparison.Ordinal));

        JsonElement added = (await _cli.RunAsync("model", "add", "--hub", ScriptedHub.Id, "--variant", "gqa", "--yes", "--json")).Succeeded().Json;

        Assert.Equal(("story", "tests--story--gqa/onnx/model_gqa.onnx"), (added.GetProperty("name").GetString(), added.GetProperty("model").GetString()));
        Assert.True((await _cli.RunAsync("model", "test", "story", "--json")).Succeeded().Json.GetProperty("streams").GetBoolean());
        Fails(await _cli.RunAsync("model", "add", "--hub", ScriptedHub.Id, "--variant", "gqa", "--yes"), "There is a model named 'story' already.");
    }

    [Fact]
    public async Task Interrupted_it_keeps_what_is_here_and_the_same_command_goes_on()
    {
        TaskCompletionSource release = new();
        _hub.HoldAfter("onnx/model.onnx", 600_000, release.Task);
        string[] command = ["model", "add", "tale", "--hub", ScriptedHub.Id, "--variant", "full", "--yes"];
        using Process first = _cli.Start(command);
        string part = await UntilPartAsync();
        Cli.Interrupt(first);
        CommandResult stopped = await Cli.EndAsync(first, first.StandardOutput.ReadToEndAsync());
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("the same command goes on", stopped.Error);
        Assert.True(new FileInfo(part).Length >= 500_000);
        release.SetResult();

        (await _cli.RunAsync(command)).Succeeded();
        Assert.Contains(_hub.Requests, r => r.Range is not null && r.IfRange == ScriptedHub.TagOf(_hub.Files["onnx/model.onnx"]));
        Assert.False(File.Exists(part));
        Assert.True((await _cli.RunAsync("model", "test", "tale", "--json")).Succeeded().Json.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task What_goes_wrong_is_told_in_one_line()
    {
        _hub.Token = "hf_the-right-one";
        string[] command = ["model", "add", "--hub", ScriptedHub.Id, "--variant", "full", "--yes"];
        Fails(await _cli.RunAsync(command), "Accept them at");
        (await _cli.SendAsync("hf_the-right-one", "credential", "add", "hub")).Succeeded();
        (await _cli.RunAsync([.. command, "--credential", "hub"])).Succeeded();
        (await _cli.RunAsync("model", "add", "x", "--hub", "tests/other", "--yes")).Refused("knows no public model 'tests/other'");
        _hub.Files["../../evil"] = [1];
        (await _cli.RunAsync("model", "add", "x", "--hub", ScriptedHub.Id, "--yes")).Refused("leads out of its folder");
        (await _cli.RunAsync("model", "add")).Refused("Give the name", exitCode: 2);
        _cli.Environment["DESIGNER_hub__address"] = "http://127.0.0.1:1";
        (await _cli.RunAsync("model", "add", "x", "--hub", ScriptedHub.Id, "--yes")).Refused("Without internet, copy the model's folder");
        _cli.Environment["DESIGNER_hub__address"] = "off";
        (await _cli.RunAsync("model", "add", "x", "--hub", ScriptedHub.Id, "--yes")).Refused("switched off");
    }

    // After what was agreed to has been shown, the last line says why.
    private static void Fails(CommandResult result, string reason)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, result.Error.TrimEnd('\n').Split('\n')[^1]);
    }

    private async Task<string> UntilPartAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            string? part = Directory.Exists(_cli.Data) ? Directory.EnumerateFiles(_cli.Data, "model.onnx.part", SearchOption.AllDirectories).FirstOrDefault() : null;
            if (part is not null && new FileInfo(part).Length >= 500_000) return part;
            await Task.Delay(50, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _cli.Dispose();
    }
}
