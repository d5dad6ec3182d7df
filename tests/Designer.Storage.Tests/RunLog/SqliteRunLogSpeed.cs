using System.Diagnostics;
using Designer.Engine;

namespace Designer.Storage.Tests;

/// <summary>Not a test of anything but speed: run it with <c>--explicit only</c>.</summary>
public sealed class SqliteRunLogSpeed(ITestOutputHelper output)
{
    [Theory(Explicit = true)]
    [InlineData(1, 2_000)]
    [InlineData(32, 5_000)]
    [InlineData(256, 1_000)]
    public async Task Whole_runs_per_second(int callers, int each)
    {
        using TempFolder folder = new();
        using FolderOwner owner = new(folder.Options);
        using SqliteRunLog log = new(folder.Options, owner);
        byte[] lines = Batches.Lines(1, 5);
        RunRow template = Batches.Ended(Batches.Row());
        await RunAsync(100);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Stopwatch watch = Stopwatch.StartNew();
        await RunAsync(each);
        double seconds = watch.Elapsed.TotalSeconds;
        long bytes = (GC.GetTotalAllocatedBytes(precise: true) - before) / (callers * each);
        output.WriteLine($"{callers} callers: {callers * each / seconds:N0} batches/s, {seconds * 1e6 / each:N0} µs each, {bytes} B allocated each, {lines.Length} B of events");

        Task RunAsync(int count) => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < count; i++)
            {
                RunRow row = template with { Id = Guid.CreateVersion7() };
                await log.AppendAsync(new RunBatch { RunId = row.Id, Epoch = 1, FirstSeq = 1, Count = 5, Events = lines, Row = row, IsNew = true, VersionHash = "hash", Release = true });
            }
        })));
    }
}
