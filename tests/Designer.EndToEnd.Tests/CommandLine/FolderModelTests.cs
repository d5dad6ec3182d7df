using System.Text.Json;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>Models that run inside the program, added from a folder.</summary>
public sealed class FolderModelTests
{
    [Fact]
    public async Task A_model_is_added_from_an_allowed_folder_and_tells_its_story_in_a_flow()
    {
        string models = Path.GetDirectoryName(SharedModels.Folder("stories260k"))!;
        using Cli cli = new();
        (await cli.RunAsync("model", "add", "story", "--folder", SharedModels.Folder("stories260k"))).Refused("outside the folders for models");
        cli.Environment["DESIGNER_onnx__allowedFolders__0"] = models;
        (await cli.RunAsync("model", "add", "story")).Refused("Give either --model, with --endpoint where it is not the provider's own, or --folder.");
        (await cli.RunAsync("model", "add", "story", "--folder", Path.Combine(models, "prompt-guard-tfidf"))).Refused("name one");
        (await cli.RunAsync("model", "add", "story", "--folder", Path.Combine(models, "stories260k", "model_gqa.onnx"))).Succeeded();
        (await cli.RunAsync("model", "add", "ocr", "--folder", Path.Combine(models, "pp-ocr-v4"))).Succeeded();

        Assert.Equal("readimage", (await cli.RunAsync("model", "list", "--json")).Succeeded().Json.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("name").GetString() == "ocr").GetProperty("can").GetString());
        Assert.True((await cli.RunAsync("model", "test", "story", "--json")).Succeeded().Json.GetProperty("streams").GetBoolean());
        Assert.Equal("A blank page has 0 lines.", (await cli.RunAsync("model", "test", "ocr", "--json")).Succeeded().Json.GetProperty("answer").GetString());
        string file = cli.File("story.flow.json", Documents.Chatting.Replace("Say something.", "Once upon a time", StringComparison.Ordinal));
        Assert.StartsWith(", there was a little girl named Lily. She loved to play outside in the park.", (await cli.RunAsync("flow", "run", file, "--slot", "model=story")).Succeeded().Out);
        (await cli.RunAsync("model", "add", "tuned", "--folder", Path.Combine(models, "stories260k", "model_lora.onnx"), "--input-price", "2")).Succeeded();
        string tuned = cli.File("tuned.flow.json", File.ReadAllText(file).Replace("\"messages\":", "\"adapter\": \"orla\", \"messages\":", StringComparison.Ordinal));
        CommandResult orla = (await cli.RunAsync("flow", "run", tuned, "--slot", "model=tuned", "--json")).Succeeded();
        Assert.Contains("Orla", orla.Out, StringComparison.Ordinal);
        (await cli.RunAsync("flow", "run", tuned, "--slot", "model=story")).Refused("no LoRA adapter 'orla'");
    }

    [Fact]
    public async Task A_check_says_what_memory_the_models_need_and_when_a_slot_has_the_wrong_kind()
    {
        string models = Path.GetDirectoryName(SharedModels.Folder("stories260k"))!;
        using Cli cli = new();
        cli.Environment["DESIGNER_onnx__allowedFolders__0"] = models;
        (await cli.RunAsync("model", "add", "story", "--folder", Path.Combine(models, "stories260k", "model_gqa.onnx"))).Succeeded();
        (await cli.RunAsync("model", "add", "ocr", "--folder", Path.Combine(models, "pp-ocr-v4"))).Succeeded();
        string file = cli.File("story.flow.json", Documents.Chatting);

        Assert.Matches("info +Before it runs, this flow's models need [0-9.]+ [MG]iB of memory", (await cli.RunAsync("flow", "check", file, "--slot", "model=story")).Succeeded().Out);
        (await cli.RunAsync("flow", "check", file, "--slot", "model=ocr")).Refused("has 1 error");
        cli.Environment["DESIGNER_onnx__memoryMegabytes"] = "1";
        Assert.Contains("They do not fit now: all models together may take 1 MiB", (await cli.RunAsync("flow", "check", file, "--slot", "model=story")).Succeeded().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_model_runs_and_what_it_costs_is_changed()
    {
        string models = Path.GetDirectoryName(SharedModels.Folder("pp-ocr-v4"))!;
        using Cli cli = new();
        cli.Environment["DESIGNER_onnx__allowedFolders__0"] = models;
        (await cli.RunAsync("model", "add", "ocr", "--folder", Path.Combine(models, "pp-ocr-v4"))).Succeeded();
        (await cli.RunAsync("model", "edit", "ocr", "--execution-provider", "npu", "--input-price", "3")).Succeeded();
        (await cli.RunAsync("model", "test", "ocr")).Refused("There is no execution provider 'npu'");
        (await cli.RunAsync("model", "edit", "ocr", "--cpu-fallback", "perhaps")).Refused("takes true or false", exitCode: 2);
        (await cli.RunAsync("model", "edit", "ocr", "--cpu-fallback", "true")).Succeeded();
        CommandResult fallen = (await cli.RunAsync("model", "test", "ocr", "--json")).Succeeded();
        Assert.StartsWith("There is no execution provider 'npu'", fallen.Json.GetProperty("onCpuBecause").GetString(), StringComparison.Ordinal);
        (await cli.RunAsync("model", "edit", "ocr", "--execution-provider", "cpu")).Succeeded();
        Assert.Equal(JsonValueKind.Null, (await cli.RunAsync("model", "test", "ocr", "--json")).Succeeded().Json.TryGetProperty("onCpuBecause", out JsonElement why) ? why.ValueKind : JsonValueKind.Null);
    }

    [Fact]
    public async Task The_data_folders_models_need_no_path()
    {
        using Cli cli = new();
        string own = Directory.CreateDirectory(Path.Combine(cli.Data, "models", "story")).FullName;
        foreach (string name in new[] { "model.onnx", "config.json", "tokenizer.model" }) File.Copy(Path.Combine(SharedModels.Folder("stories260k"), name), Path.Combine(own, name));
        (await cli.RunAsync("model", "add", "story", "--folder", "story")).Succeeded();
        Assert.True((await cli.RunAsync("model", "test", "story", "--json")).Succeeded().Json.GetProperty("ok").GetBoolean());
    }
}
