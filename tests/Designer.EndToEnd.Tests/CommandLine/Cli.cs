using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>What a finished command left behind.</summary>
internal sealed record CommandResult(int ExitCode, string Out, string Error)
{
    public JsonElement Json => JsonElement.Parse(Out);

    /// <summary>Failed as promised: this exit code, one line on standard error that holds the text, no stack.</summary>
    public CommandResult Refused(string reason, int exitCode = 1)
    {
        Assert.True(exitCode == ExitCode, $"Exit code {ExitCode}.\n{Out}\n{Error}");
        string line = Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.Contains(reason, line);
        Assert.DoesNotMatch(@"\bat [\w.<>`]+\(", Error);
        Assert.DoesNotContain("Unexpected failure", Error);
        return this;
    }

    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}.\n{Out}\n{Error}");
        return this;
    }
}

/// <summary>A data folder of its own, and the real program on it as processes.</summary>
internal sealed class Cli : IDisposable
{
    public const string Password = "correct horse battery";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    // Two cores: more processes at a time would only slow each other.
    private static readonly SemaphoreSlim s_turns = new(2);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("designer-cli-");

    /// <summary>Added to the program's environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];
    public string Data => Path.Combine(_folder.FullName, "data");

    public string File(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public Task<CommandResult> RunAsync(params string[] args) => SendAsync("", args);

    /// <summary>Runs a command with this text as its standard input.</summary>
    public async Task<CommandResult> SendAsync(string input, params string[] args)
    {
        await s_turns.WaitAsync();
        try
        {
            using Process process = Start(args);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            return await EndAsync(process, process.StandardOutput.ReadToEndAsync());
        }
        finally
        {
            s_turns.Release();
        }
    }

    /// <summary>Starts a command that is to be followed or stopped.</summary>
    public Process Start(params string[] args)
    {
        // A test run that was itself started in the background ignores Ctrl+C, and its children would inherit that.
        ProcessStartInfo start = new("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "Designer.Web.dll"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = _folder.FullName,
        };
        start.Environment["DESIGNER_DATA"] = Data;
        // The processes live too short for their profile to pay.
        start.Environment["DOTNET_TieredPGO"] = "0";
        // Output is UTF-8 whatever the locale says.
        start.Environment["LC_ALL"] = "C";
        foreach ((string name, string value) in Environment) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start.");
    }

    public static async Task<CommandResult> EndAsync(Process process, Task<string> output)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The command did not end.\n{await output}\n{await error}");
        }
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Ctrl+C.</summary>
    public static void Interrupt(Process process)
    {
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A server of this program on a command line's data folder.</summary>
internal sealed partial class CliServer : IAsyncDisposable
{
    private readonly Process _process;

    private CliServer(Process process, Uri address, string firstLines) => (_process, Address, FirstLines) = (process, address, firstLines);

    public Uri Address { get; }
    public string FirstLines { get; }

    /// <summary>Starts it on a free port and returns when it is ready.</summary>
    public static async Task<CliServer> StartAsync(Cli cli)
    {
        Process process = cli.Start("serve", "--urls", "http://127.0.0.1:0");
        StringBuilder lines = new();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            lines.AppendLine(line);
            if (Ready().Match(line) is { Success: true } ready)
            {
                // Nobody reads on, so a full pipe must not stop the server.
                _ = process.StandardOutput.ReadToEndAsync();
                _ = process.StandardError.ReadToEndAsync();
                return new CliServer(process, new Uri(ready.Groups[1].Value), lines.ToString());
            }
        }
        throw new InvalidOperationException($"The server did not start.\n{lines}\n{await process.StandardError.ReadToEndAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        Cli.Interrupt(_process);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(patience.Token);
        Assert.Equal(0, _process.ExitCode);
        _process.Dispose();
    }

    [GeneratedRegex("is ready: (http://[^ ]+)")]
    private static partial Regex Ready();
}
