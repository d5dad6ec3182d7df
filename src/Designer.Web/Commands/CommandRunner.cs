using System.CommandLine;
using System.Runtime.InteropServices;

namespace Designer.Web.Commands;

/// <summary>Runs a command's work: every failure ends in one line on standard error, and Ctrl+C ends it cleanly.</summary>
internal static class CommandRunner
{
    /// <summary>Gives a command its work, which returns the exit code.</summary>
    public static Command Does(this Command command, Func<Session, Task<int>> work)
    {
        command.SetAction((arguments, _) => RunAsync(arguments, work));
        return command;
    }

    /// <summary>Gives a command its work, which succeeds unless it throws.</summary>
    public static Command Does(this Command command, Func<Session, Task> work) => command.Does(async session =>
    {
        await work(session);
        return ExitCode.Done;
    });

    /// <summary>Reports what the work throws.</summary>
    public static async Task<int> GuardAsync(Terminal terminal, Func<Task<int>> work, CancellationToken stop = default)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            terminal.Reason("Cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception failure)
        {
            terminal.Reason(Reasons.Of(failure));
            return (failure as CommandFailure)?.ExitCode ?? ExitCode.Failed;
        }
    }

    private static async Task<int> RunAsync(ParseResult arguments, Func<Session, Task<int>> work)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        Terminal terminal = Terminal.Standard;
        return await GuardAsync(terminal, async () =>
        {
            await using Session session = new(arguments, terminal, stop.Token);
            return await work(session);
        }, stop.Token);

        // The second time, a person means it: the signal takes its usual course.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
