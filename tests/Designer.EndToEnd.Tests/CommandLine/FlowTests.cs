using System.Text.Json;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>A flow's life on the command line: from a file into the data folder, published, called, shared.</summary>
public sealed class FlowTests
{
    [Fact]
    public async Task A_file_runs_on_an_empty_data_folder()
    {
        using Cli cli = new();
        string file = cli.File("greeting.flow.json", Documents.Greeting);
        CommandResult run = (await cli.RunAsync("flow", "run", file, "--input", """{"who":"Åsa 你好"}""", "--trace")).Succeeded();
        Assert.Equal("Hello Åsa 你好!\n", run.Out);
        Assert.Contains("✓ greet", run.Error);

        CommandResult json = (await cli.SendAsync("""{"who":"Ada"}""", "flow", "run", file, "--input", "-", "--json", "--trace")).Succeeded();
        Assert.Equal("completed", json.Json.GetProperty("status").GetString());
        Assert.Equal("Hello Ada!", json.Json.GetProperty("output").GetProperty("text").GetString());
        long[] numbers = [.. json.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line).GetProperty("seq").GetInt64())];
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(n => (long)n), numbers);

        cli.File("input.json", """{"who":"file"}""");
        Assert.Equal("Hello file!\n", (await cli.RunAsync("flow", "run", file, "--input", "@input.json")).Succeeded().Out);

        CommandResult list = (await cli.RunAsync("run", "list", "--json")).Succeeded();
        Assert.Equal(3, list.Json.GetArrayLength());
        string id = json.Json.GetProperty("runId").GetString()!;
        CommandResult show = (await cli.RunAsync("run", "show", id, "--trace")).Succeeded();
        Assert.Contains("Hello Ada!", show.Out);
        Assert.Contains("✓ answer", show.Error);
        Assert.Equal(0, (await cli.RunAsync("run", "prune", "--older-than", "1d", "--json")).Succeeded().Json.GetProperty("pruned").GetInt32());
    }

    [Fact]
    public async Task Files_of_this_machine_are_inputs_and_what_is_none_says_so()
    {
        using Cli cli = new();
        string flow = cli.File("reading.flow.json", Documents.Reading), note = cli.File("Notiz 1.txt", "Hej"), other = cli.File("b.md", "# B");
        Assert.Equal("Notiz 1.txt: Hej (b.md, b.md)\n", (await cli.RunAsync("flow", "run", flow, "--file", $"note={note}", "--file", $"others={other}", "--file", $"others={other}")).Succeeded().Out);

        string program = cli.File("photo.png", "MZ\u0001\u0002");
        (await cli.RunAsync("flow", "run", flow, "--file", $"note={program}")).Refused("“photo.png” is of a kind that is not taken.");
        (await cli.RunAsync("flow", "run", flow, "--file", $"note={note}.gone")).Refused("cannot be read");
        cli.Environment["DESIGNER_FILES__WORKSPACEMEGABYTES"] = "1";
        string large = cli.File("large.txt", new string('x', 1_200_000));
        (await cli.RunAsync("flow", "run", flow, "--file", $"note={large}")).Refused("“large.txt” does not fit: the workspace may have 1,048,576 bytes");
        (await cli.RunAsync("flow", "run", flow, "--file", $"nothing={note}")).Refused("The flow has no input \"nothing\".");
        (await cli.RunAsync("flow", "run", flow, "--file", $"count={note}")).Refused("takes no file");
    }

    [Fact]
    public async Task A_flow_is_imported_published_exported_and_opened_by_a_key()
    {
        using Cli cli = new();
        string file = cli.File("greeting.flow.json", Documents.Greeting);
        Assert.Equal("hello\n", (await cli.RunAsync("flow", "import", file, "--slug", "hello")).Succeeded().Out);
        (await cli.RunAsync("flow", "import", file, "--slug", "hello")).Refused("There is a flow \"hello\" already.");
        Assert.Equal("1\n", (await cli.RunAsync("flow", "publish", "hello", "--notes", "First")).Succeeded().Out);
        Assert.Equal(2, (await cli.RunAsync("flow", "publish", "hello", "--json")).Succeeded().Json.GetProperty("version").GetInt32());

        JsonElement flow = Assert.Single((await cli.RunAsync("flow", "list", "--json")).Succeeded().Json.EnumerateArray());
        Assert.Equal(("hello", 2), (flow.GetProperty("slug").GetString(), flow.GetProperty("version").GetInt32()));
        Assert.Equal("Hello you!\n", (await cli.RunAsync("flow", "run", "hello@1", "--input", """{"who":"you"}""")).Succeeded().Out);

        string exported = (await cli.RunAsync("flow", "export", "hello")).Succeeded().Out;
        (await cli.RunAsync("flow", "export", "hello", "--output", "copy.flow.json")).Succeeded();
        Assert.Equal(exported, await System.IO.File.ReadAllTextAsync(cli.File("unused", "").Replace("unused", "copy.flow.json", StringComparison.Ordinal)));
        Assert.Equal("Greeting", JsonElement.Parse(exported).GetProperty("name").GetString());
        (await cli.RunAsync("flow", "check", "hello")).Succeeded();

        CommandResult key = (await cli.RunAsync("key", "create", "--flow", "hello", "--name", "curl", "--expires", "30d")).Succeeded();
        string text = key.Out.TrimEnd('\n');
        Assert.Matches("^dk_[A-Za-z0-9_-]{40,}$", text);
        JsonElement known = Assert.Single((await cli.RunAsync("key", "list", "--json")).Succeeded().Json.EnumerateArray());
        Assert.DoesNotContain(text, known.GetRawText());
        string prefix = known.GetProperty("prefix").GetString()!;
        Assert.StartsWith(prefix, text);
        (await cli.RunAsync("key", "revoke", prefix)).Succeeded();
        (await cli.RunAsync("key", "revoke", prefix)).Refused("was revoked before");
        (await cli.RunAsync("key", "revoke", "dk_none")).Refused("There is no key \"dk_none\"");
        Assert.Contains("revoked", (await cli.RunAsync("key", "list")).Succeeded().Out);
    }

    [Fact]
    public async Task A_file_under_version_control_is_published_again_and_again()
    {
        using Cli cli = new();
        string file = cli.File("greeting.flow.json", Documents.Greeting);
        Assert.Equal("1\n", (await cli.RunAsync("flow", "publish", file)).Succeeded().Out);
        cli.File("greeting.flow.json", Documents.Greeting.Replace("Hello", "Good morning", StringComparison.Ordinal));
        Assert.Equal("2\n", (await cli.RunAsync("flow", "publish", file)).Succeeded().Out);
        Assert.Equal("Good morning Ada!\n", (await cli.RunAsync("flow", "run", "greeting", "--input", """{"who":"Ada"}""")).Succeeded().Out);
        Assert.Equal("Hello Ada!\n", (await cli.RunAsync("flow", "run", "greeting@1", "--input", """{"who":"Ada"}""")).Succeeded().Out);
    }

    [Fact]
    public async Task Slots_are_bound_by_hand_and_a_folder_becomes_a_knowledge_base()
    {
        using Cli cli = new();
        string file = cli.File("asking.flow.json", Documents.Asking);
        cli.File("handbook/leave.md", Documents.Handbook);
        string[] ask = ["flow", "run", file, "--input", """{"question":"How many days can I carry over?"}"""];
        (await cli.RunAsync(ask)).Refused("--slot handbook=NAME-OR-FOLDER");
        (await cli.RunAsync([.. ask, "--slot", "hand=handbook"])).Refused("The flow has no slot \"hand\". Its slots: model, handbook.");
        (await cli.RunAsync([.. ask, "--slot", "handbook=nowhere"])).Refused("There is no knowledge base, folder or file \"nowhere\"");
        (await cli.RunAsync([.. ask, "--slot", "model=nobody"])).Refused("There is no model \"nobody\"");
        CommandResult first = (await cli.RunAsync([.. ask, "--slot", "handbook=handbook"])).Succeeded();
        Assert.Contains("five days", first.Out);
        Assert.Matches(@"(?m)^\[1\] ", first.Out);

        // The same folder again: the same knowledge base, with what changed.
        cli.File("handbook/leave.md", Documents.Handbook.Replace("five days", "seven days", StringComparison.Ordinal));
        Assert.Contains("seven days", (await cli.RunAsync([.. ask, "--slot", "handbook=handbook"])).Succeeded().Out);
        Assert.Single((await cli.RunAsync("kb", "list", "--json")).Succeeded().Json.EnumerateArray());

        CommandResult import = (await cli.RunAsync("flow", "import", file)).Succeeded();
        Assert.Contains("The slot \"handbook\" is open", import.Error);
        (await cli.RunAsync("flow", "publish", "asking")).Refused("slot.unbound");
        Assert.Equal("1\n", (await cli.RunAsync("flow", "publish", "asking", "--slot", "model=extractive", "--slot", "handbook=handbook")).Succeeded().Out);
    }
}
