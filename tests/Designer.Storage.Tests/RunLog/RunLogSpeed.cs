using System.Diagnostics;
using Designer.Engine;

namespace Designer.Storage.Tests;

/// <summary>Not a test of anything but speed: run it with <c>--explicit only --filter-class "*Speed"</c>.</summary>
public sealed class RunLogSpeed(ITestOutputHelper output, PostgresServer server) : IClassFixture<PostgresServer>
{
    private const int BatchesOfARun = 10;
    private static readonly byte[] Lines = Batches.Lines(1, 5);
    // All of one flow, as an endpoint's runs are.
    private static readonly RunRow Open = Batches.Row(), Ended = Batches.Ended(Open);

    [Theory(Explicit = true)]
    [InlineData(1, 2_000)]
    [InlineData(32, 5_000)]
    [InlineData(256, 1_000)]
    public async Task Sqlite(int callers, int each)
    {
        using TempFolder folder = new();
        using FolderOwner owner = new(folder.Options);
        using SqliteRunLog log = new(folder.Options, owner);
        await MeasureAsync("SQLite", log, callers, each);
    }

    [Theory(Explicit = true)]
    [InlineData(1, 500)]
    [InlineData(32, 500)]
    [InlineData(256, 200)]
    public async Task Postgres(int callers, int each)
    {
        await using PostgresRunLog log = await PostgresRunLog.OpenAsync(await server.CreateDatabaseAsync());
        await MeasureAsync("PostgreSQL", log, callers, each);
    }

    private async Task MeasureAsync(string name, IRunLog log, int callers, int each)
    {
        await MeasureAsync($"{name}, whole runs in one batch", callers, each, () => log.AppendAsync(Whole()), 1);
        await MeasureAsync($"{name}, runs of {BatchesOfARun} batches", callers, each / BatchesOfARun, () => OneAfterAnotherAsync(log), BatchesOfARun);
    }

    private static RunBatch Whole()
    {
        RunRow row = Ended with { Id = Guid.CreateVersion7() };
        return new RunBatch { RunId = row.Id, Epoch = 1, FirstSeq = 1, Count = 5, Events = Lines, Row = row, IsNew = true, VersionHash = "hash", Release = true };
    }

    private static async ValueTask OneAfterAnotherAsync(IRunLog log)
    {
        RunRow row = Open with { Id = Guid.CreateVersion7() };
        await log.AppendAsync(Batches.New(row));
        for (int i = 1; i < BatchesOfARun; i++)
        {
            RunRow? changed = i == BatchesOfARun - 1 ? Ended with { Id = row.Id } : null;
            await log.AppendAsync(new RunBatch { RunId = row.Id, Epoch = 1, FirstSeq = i * 5 - 3, Count = 5, Events = Lines, Row = changed, Release = changed is not null });
        }
    }

    private async Task MeasureAsync(string what, int callers, int each, Func<ValueTask> work, int batches)
    {
        await RunAsync(10);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Stopwatch watch = Stopwatch.StartNew();
        await RunAsync(each);
        double seconds = watch.Elapsed.TotalSeconds;
        long count = (long)callers * each * batches;
        output.WriteLine($"{what}, {callers} callers: {count / seconds:N0} batches/s, {(GC.GetTotalAllocatedBytes(precise: true) - before) / count} B allocated per batch");

        Task RunAsync(int times) => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < times; i++) await work();
        })));
    }
}
