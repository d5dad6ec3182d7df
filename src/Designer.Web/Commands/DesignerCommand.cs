using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Designer.Web.Commands;

/// <summary>The command line of the program. Each group of commands is a file in this folder.</summary>
public static class DesignerCommand
{
    /// <summary>Understands the arguments and does what they say; returns the exit code of the process.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        // The command line speaks English whatever the locale says; pages follow the person who asks.
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        RootCommand root = Create();
        // "@file" is an input of "flow run", no file with more arguments.
        ParseResult arguments = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (arguments.Errors.Count > 0)
        {
            Terminal.Standard.Reason(UsageProblem.Of(arguments));
            return ExitCode.Usage;
        }
        // The commands look after signals themselves, and the server has its own way to stop.
        return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    internal static RootCommand Create()
    {
        RootCommand root = new("Designer: draw flows for language models, run them, call them, share them. Without a command it serves the web app.")
        {
            HelpName = "designer",
        };
        root.Add(SharedOptions.Data);
        root.Add(SharedOptions.Postgres);
        ServeCommand.AddTo(root);
        root.Add(Group(UserCommands.Create()));
        root.Add(Group(KeyCommands.Create()));
        root.Add(Group(ModelCommands.Create()));
        root.Add(Group(CredentialCommands.Create()));
        root.Add(Group(KnowledgeCommands.Create()));
        root.Add(Group(FlowCommands.Create()));
        root.Add(Group(RunCommands.Create()));
        foreach (Command command in BackupCommands.Create())
        {
            command.Add(SharedOptions.Json);
            root.Add(command);
        }
        return root;
    }

    private static Command Group(Command group)
    {
        group.Add(SharedOptions.Workspace);
        group.Add(SharedOptions.Json);
        return group;
    }
}

/// <summary>Says in one line what is wrong with the arguments, and what was probably meant.</summary>
internal static class UsageProblem
{
    public static string Of(ParseResult arguments)
    {
        Command command = arguments.CommandResult.Command;
        string help = $"See: {Path(arguments.CommandResult)}--help";
        // A mistyped option may have been taken for an argument, and what follows it be left over.
        string? option = arguments.Tokens.FirstOrDefault(t => t.Type == TokenType.Argument && t.Value.StartsWith("--", StringComparison.Ordinal))?.Value;
        if ((option ?? (arguments.UnmatchedTokens is [{ } left, ..] ? left : null)) is { } unknown)
        {
            bool isOption = unknown.StartsWith('-');
            string? meant = Nearest(unknown.Split('=')[0], isOption ? Options(arguments.CommandResult) : command.Subcommands.SelectMany(c => (string[])[c.Name, .. c.Aliases]));
            return $"Unknown {(isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument")} \"{unknown}\".{(meant is null ? "" : $" Did you mean \"{meant}\"?")} {help}";
        }
        return $"{arguments.Errors[0].Message.TrimEnd('.')}. {help}";
    }

    private static string Path(CommandResult result) =>
        string.Concat(Upwards(result).Reverse().Skip(1).Select(r => r.Command.Name + " "));

    private static IEnumerable<CommandResult> Upwards(CommandResult result)
    {
        for (CommandResult? at = result; at is not null; at = at.Parent as CommandResult) yield return at;
    }

    private static IEnumerable<string> Options(CommandResult result) =>
        Upwards(result).SelectMany((r, level) => r.Command.Options.Where(o => !o.Hidden && (level == 0 || o.Recursive)).SelectMany(o => (string[])[o.Name, .. o.Aliases]));

    private static string? Nearest(string typed, IEnumerable<string> known)
    {
        (string Name, int Distance)[] near = [.. known.Distinct().Select(name => (name, Distance(typed, name))).Where(n => n.Item2 <= (typed.Length < 4 ? 1 : 2)).OrderBy(n => n.Item2)];
        return near.Length > 0 ? near[0].Name : null;
    }

    // Levenshtein's, with one row.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1));
                corner = above;
            }
        }
        return row[b.Length];
    }
}
