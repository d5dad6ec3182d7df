using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using Designer.Engine;

namespace Designer.Storage.Tests;

/// <summary>A process that writes is killed in the middle: what it was told is on disk must be there, and its runs must be free.</summary>
public sealed class CrashTests
{
    private const string Folder = "DESIGNER_TEST_CRASH_FOLDER";
    private const string Pipe = "DESIGNER_TEST_CRASH_PIPE";
    private const int Rounds = 5;

    [Fact]
    public async Task What_was_confirmed_before_kill_9_is_there_afterwards()
    {
        using TempFolder folder = new();
        Dictionary<Guid, long> confirmed = [];
        Random random = new(7);
        for (int round = 0; round < Rounds; round++) await WriteUntilKilledAsync(folder, confirmed, lines: 50 + random.Next(400));

        using FolderOwner owner = new(folder.Options);
        using SqliteRunLog log = new(folder.Options, owner);
        Assert.NotEmpty(confirmed);
        foreach ((Guid run, long seq) in confirmed)
        {
            List<RunEvent> events = await log.EventsAsync(run);
            Assert.True(events.Count >= seq, $"Run {run} confirmed {seq} events, {events.Count} are there.");
            Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Seq));
        }
        IReadOnlyList<Guid> orphans = await log.OrphansAsync(Batches.Start, TestContext.Current.CancellationToken);
        Assert.Superset(confirmed.Keys.ToHashSet(), orphans.ToHashSet());
        Assert.Equal(2, (await log.ClaimAsync(orphans[0], TestContext.Current.CancellationToken))?.Epoch);
    }

    // The child says "run seq" after each commit; it is killed as soon as it has said enough.
    private static async Task WriteUntilKilledAsync(TempFolder folder, Dictionary<Guid, long> confirmed, int lines)
    {
        string pipe = $"designer-{Guid.NewGuid():N}";
        await using NamedPipeServerStream server = new(pipe, PipeDirection.In, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        ProcessStartInfo start = new("dotnet", [typeof(CrashTests).Assembly.Location, "--explicit", "only", "--filter-method", $"*{nameof(Write_until_killed)}"])
        {
            RedirectStandardOutput = true,
            Environment = { [Folder] = folder.Path, [Pipe] = pipe },
        };
        using Process child = Process.Start(start)!;
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromMinutes(2));
            await server.WaitForConnectionAsync(patience.Token);
            using StreamReader said = new(server);
            for (int i = 0; i < lines; i++)
            {
                string line = await said.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The writing process ended by itself.");
                confirmed[Guid.Parse(line[..36])] = long.Parse(line[37..], CultureInfo.InvariantCulture);
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>No test: what the child process does until it is killed.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        if (Environment.GetEnvironmentVariable(Folder) is not { } folder) return;
        StorageOptions options = new() { DataFolder = folder };
        using FolderOwner owner = new(options);
        using SqliteRunLog log = new(options, owner);
        await using NamedPipeClientStream pipe = new(".", Environment.GetEnvironmentVariable(Pipe)!, PipeDirection.Out);
        await pipe.ConnectAsync(TestContext.Current.CancellationToken);
        await using StreamWriter say = new(pipe) { AutoFlush = true };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            RunRow row = Batches.Row();
            await log.AppendAsync(Batches.New(row));
            Say(row.Id, 1);
            for (long seq = 2; ; seq += 2)
            {
                await log.AppendAsync(Batches.Next(row, seq, 2));
                Say(row.Id, seq + 1);
            }
        })));

        void Say(Guid run, long seq)
        {
            lock (say) say.WriteLine($"{run} {seq}");
        }
    }
}
