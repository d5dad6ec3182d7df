using System.CommandLine;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Commands;

/// <summary>One command at work: what was typed, where it writes, and the services it uses.</summary>
internal sealed class Session(ParseResult arguments, Terminal terminal, CancellationToken stop) : IAsyncDisposable
{
    private CommandHost? _host;

    public Terminal Terminal => terminal;

    /// <summary>Ctrl+C, or a polite request to end.</summary>
    public CancellationToken Stop => stop;

    public CommandHost Host => _host ??= new CommandHost(arguments);

    public bool WantsJson => arguments.GetValue(SharedOptions.Json);

    public T? Value<T>(Option<T> option) => arguments.GetValue(option);

    public T Value<T>(Argument<T> argument) where T : notnull => arguments.GetRequiredValue(argument);

    public bool Has(Option option) => arguments.GetResult(option) is { Implicit: false };

    public Task<T> GetAsync<T>() where T : notnull => Host.GetAsync<T>(stop);

    /// <summary>The workspace that is meant, and the command line as its owner: who can read the data folder can do everything anyway.</summary>
    public async Task<SignedInMember> MemberAsync()
    {
        Workspace workspace = await WorkspaceAsync();
        return new SignedInMember(Guid.Empty, "Command line", $"{Environment.UserName} (command line)", workspace.Id, workspace.Name, Role.Owner);
    }

    private async Task<Workspace> WorkspaceAsync()
    {
        MemberStore members = await GetAsync<MemberStore>();
        IReadOnlyList<Workspace> all = await members.WorkspacesAsync(stop);
        string names = string.Join(", ", all.Select(w => w.Name));
        if (arguments.GetValue(SharedOptions.Workspace) is { } wanted)
            return all.FirstOrDefault(w => string.Equals(w.Name, wanted, StringComparison.OrdinalIgnoreCase) || w.Id.ToString() == wanted)
                ?? throw new CommandFailure($"There is no workspace \"{wanted}\". {(all.Count == 0 ? "None exists yet." : $"There are: {names}.")}");
        return all.Count switch
        {
            1 => all[0],
            0 => await members.SoleWorkspaceAsync("Workspace", stop),
            _ => throw new CommandFailure($"There are several workspaces; choose one with --workspace: {names}.", ExitCode.Usage),
        };
    }

    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
