using System.Text;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>What is wrong is said in one line, with an exit code that is not 0.</summary>
public sealed class BadInputTests
{
    private const string Node = """{ "id": "greet", "type": "data.template",""";

    public static TheoryData<string, string, string> BadDocuments => new()
    {
        { "malformed", Documents.Greeting[..^40], "json.malformed" },
        { "empty", "", "json.malformed" },
        { "no flow", """{ "name": "x" }""", "flow.schema" },
        { "cycle", Documents.Greeting.Replace("\"edges\": [", """ "edges": [ { "id": "e0", "from": "greet:out", "to": "greet:in" },""", StringComparison.Ordinal), "flow.cycle" },
        { "missing reference", Documents.Greeting.Replace("{{ greet.text }}", "{{ great.text }}", StringComparison.Ordinal), "ref.unknown" },
        { "unknown node type", Documents.Greeting.Replace(Node, """{ "id": "greet", "type": "data.magic",""", StringComparison.Ordinal), "node.unknownType" },
        { "duplicate ids", Documents.Greeting.Replace("\"id\": \"answer\"", "\"id\": \"greet\"", StringComparison.Ordinal), "id.duplicate" },
        { "wrong setting", Documents.Greeting.Replace("\"text\": \"Hello {{ start.who }}!\"", "\"text\": 3", StringComparison.Ordinal), "setting.type" },
        { "newer schema", Documents.Greeting.Replace("designer.flow/1", "designer.flow/9", StringComparison.Ordinal), "flow.schema" },
    };

    [Theory, MemberData(nameof(BadDocuments))]
    public async Task A_bad_document_is_checked_and_not_run(string what, string document, string code)
    {
        using Cli cli = new();
        string file = cli.File($"{what}.flow.json", document);
        CommandResult check = await cli.RunAsync("flow", "check", file, "--json");
        check.Refused("error");
        Assert.Contains(check.Json.EnumerateArray(), problem => problem.GetProperty("code").GetString() == code);
        if (code is "json.malformed" or "flow.cycle" or "ref.unknown" or "node.unknownType") (await cli.RunAsync("flow", "run", file, "--input", """{"who":"x"}""")).Refused(code);
    }

    [Fact]
    public async Task All_problems_are_listed_with_their_places()
    {
        using Cli cli = new();
        string file = cli.File("bad.flow.json", Documents.Greeting.Replace("start.who", "who.name", StringComparison.Ordinal).Replace("{{ greet.text }}", "{{ greet.size }}", StringComparison.Ordinal));
        CommandResult check = (await cli.RunAsync("flow", "check", file)).Refused("has 2 errors");
        Assert.Contains("node greet, settings.text", check.Out);
        Assert.Contains("node answer, settings.text", check.Out);
    }

    [Fact]
    public async Task A_document_over_the_limit_is_refused()
    {
        using Cli cli = new();
        string file = cli.File("large.flow.json", Documents.Greeting.Replace("Hello", new string('x', 6_000_000), StringComparison.Ordinal));
        (await cli.RunAsync("flow", "check", file)).Refused("flow.tooLarge");
        (await cli.RunAsync("flow", "import", file)).Refused("flow.tooLarge");
    }

    [Theory]
    [InlineData("""{"who":3}""", "“who” must be a text, not a number")]
    [InlineData("{}", "“who” is missing")]
    [InlineData("""{"who":""", "The input is not valid JSON: line 1")]
    [InlineData("[1]", "The input is not a JSON object")]
    [InlineData("@nowhere.json", "There is no file nowhere.json")]
    public async Task A_wrong_input_is_refused(string input, string reason)
    {
        using Cli cli = new();
        string file = cli.File("greeting.flow.json", Documents.Greeting);
        (await cli.RunAsync("flow", "run", file, "--input", input)).Refused(reason);
    }

    [Fact]
    public async Task What_does_not_exist_is_named()
    {
        using Cli cli = new();
        string unknown = Guid.NewGuid().ToString();
        (string[] Command, string Reason)[] commands =
        [
            (["flow", "run", "nowhere.flow.json"], "There is no file nowhere.flow.json."),
            (["flow", "run", "nothing"], "There is no flow \"nothing\"."),
            (["flow", "check", "nothing"], "There is no flow \"nothing\"."),
            (["flow", "export", "nothing"], "There is no flow \"nothing\"."),
            (["flow", "publish", "nothing"], "There is no flow \"nothing\"."),
            (["key", "create", "--flow", "nothing"], "There is no flow \"nothing\"."),
            (["kb", "search", "nothing", "x"], "There is no knowledge base \"nothing\"."),
            (["kb", "add", "nothing", "x.md"], "There is no knowledge base \"nothing\"."),
            (["model", "test", "nothing"], "There is no model \"nothing\"."),
            (["model", "remove", "nothing"], "There is no model \"nothing\"."),
            (["run", "show", unknown], $"There is no run {unknown}."),
            (["run", "answer", unknown, "step", "yes"], $"There is no run {unknown}."),
            (["run", "cancel", unknown], $"There is no run {unknown}."),
            (["flow", "list", "--workspace", "other"], "There is no workspace \"other\"."),
            (["restore", "nowhere.zip", "--data", cli.Data + "-2"], "nowhere.zip"),
        ];
        CommandResult[] results = await Task.WhenAll(commands.Select(c => cli.RunAsync(c.Command)));
        foreach (((_, string reason), CommandResult result) in commands.Zip(results)) result.Refused(reason);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        using Cli cli = new();
        string file = cli.File("plain", "a file, no folder");
        string inside = Path.Combine(file, "data");
        (await cli.RunAsync("flow", "list", "--data", inside)).Refused($"Designer cannot write to {inside}");
        (await cli.RunAsync("serve", "--urls", "http://127.0.0.1:0", "--data", inside)).Refused($"Designer cannot write to {inside}");
    }

    [Fact]
    public async Task A_damaged_database_is_told_and_left_alone()
    {
        using Cli cli = new();
        byte[] noDatabase = Encoding.ASCII.GetBytes(new string('x', 8192));
        Directory.CreateDirectory(cli.Data);
        string file = Path.Combine(cli.Data, "designer.db");
        await System.IO.File.WriteAllBytesAsync(file, noDatabase);
        (await cli.RunAsync("flow", "list")).Refused("is damaged or no Designer database");
        Assert.Equal(noDatabase, await System.IO.File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_line()
    {
        using Cli cli = new();
        System.Net.Sockets.TcpListener other = new(System.Net.IPAddress.Loopback, 0);
        other.Start();
        (await cli.RunAsync("serve", "--urls", $"http://127.0.0.1:{((System.Net.IPEndPoint)other.LocalEndpoint).Port}")).Refused("address already in use");
        (await cli.RunAsync("serve", "--urls", "nonsense")).Refused("Invalid url: 'nonsense'");
        other.Stop();
    }

    [Fact]
    public async Task A_terminal_does_not_obey_a_text()
    {
        using Cli cli = new();
        string file = cli.File("greeting.flow.json", Documents.Greeting);
        CommandResult run = (await cli.RunAsync("flow", "run", file, "--input", """{"who":"\u001b]0;owned\u0007\u202Etxet\u0085"}""", "--trace")).Succeeded();
        Assert.Equal("Hello ␛]0;owned␇\uFFFDtxet\uFFFD!\n", run.Out);
        CommandResult json = (await cli.RunAsync("flow", "run", file, "--input", """{"who":"\u001b\u202E"}""", "--json")).Succeeded();
        Assert.Equal("Hello \u001b\u202E!", json.Json.GetProperty("output").GetProperty("text").GetString());
        Assert.DoesNotContain('\u001b', json.Out);
        Assert.DoesNotContain('\u202E', json.Out);
    }
}
