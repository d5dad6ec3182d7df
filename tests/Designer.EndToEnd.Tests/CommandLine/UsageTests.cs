namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>Help for everything, and one line for what is mistyped.</summary>
public sealed class UsageTests
{
    private static readonly string[] s_commands =
    [
        "", "serve", "user", "user add", "user list", "key", "key create", "key list", "key revoke", "model", "model add", "model list", "model test", "model remove",
        "kb", "kb create", "kb list", "kb add", "kb search", "flow", "flow list", "flow check", "flow run", "flow import", "flow export", "flow publish",
        "run", "run list", "run show", "run answer", "run cancel", "run prune", "backup", "restore",
    ];

    [Fact]
    public async Task Every_command_has_a_help_with_its_usage()
    {
        using Cli cli = new();
        (string Command, CommandResult Help)[] helps = await Task.WhenAll(s_commands.Select(async command => (command, await cli.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]))));
        foreach ((string command, CommandResult help) in helps)
        {
            help.Succeeded();
            Assert.Contains($"designer {command}".TrimEnd(), help.Out);
            Assert.Contains("--data <FOLDER>", help.Out);
            Assert.Empty(help.Error);
        }
        Assert.False(Directory.Exists(cli.Data));
    }

    [Theory]
    [InlineData("flwo list", "Unknown command \"flwo\". Did you mean \"flow\"?")]
    [InlineData("flow pubish x", "Did you mean \"publish\"?")]
    [InlineData("serve --ulrs http://localhost:1", "Unknown option \"--ulrs\". Did you mean \"--urls\"?")]
    [InlineData("flow run x --inptu {}", "Unknown option \"--inptu\". Did you mean \"--input\"?")]
    [InlineData("flow run --inptu {}", "Unknown option \"--inptu\"")]
    [InlineData("flow", "See: flow --help")]
    [InlineData("user add mara@example.org", "--role")]
    [InlineData("user add mara@example.org --role king", "king")]
    [InlineData("run show 12", "12")]
    [InlineData("run prune --older-than soon", "\"soon\" is no span of time")]
    [InlineData("kb search x y --top 0", "--top must be between 1 and 100")]
    public async Task A_mistake_in_the_command_is_told_in_one_line(string command, string reason)
    {
        using Cli cli = new();
        (await cli.RunAsync(command.Split(' '))).Refused(reason, exitCode: 2);
    }
}
