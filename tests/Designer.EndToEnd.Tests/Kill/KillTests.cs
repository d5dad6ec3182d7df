using System.Diagnostics;
using Designer.EndToEnd.Tests.CommandLine;
using Designer.Engine;

namespace Designer.EndToEnd.Tests.Kill;

/// <summary>
/// The real program, killed at random points at least 100 times while it runs flows, and started again: no accepted run is lost, no finished
/// step acts again, no event number is missing or used twice. <c>DESIGNER_KILLS</c> and <c>DESIGNER_KILL_SEED</c> repeat or extend it.
/// </summary>
public sealed class KillTests
{
    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    [Fact]
    public async Task Killed_a_hundred_times_it_loses_no_run_and_repeats_no_finished_step()
    {
        int seed = Setting("DESIGNER_KILL_SEED", Environment.TickCount & 0xFFFFFF), kills = Setting("DESIGNER_KILLS", 100);
        Stopwatch watch = Stopwatch.StartNew();
        await using CallCounter world = await CallCounter.StartAsync(seed);
        // Each lane is a data folder of its own with its own program: while one starts, the other works.
        KilledHost[] lanes = await Task.WhenAll(KilledHost.SetUpAsync(world, seed), KilledHost.SetUpAsync(world, seed + 1));
        try
        {
            await Task.WhenAll(lanes.Select(lane => lane.KillAsync((kills + 1) / 2)));
            await Task.WhenAll(lanes.Select(lane => lane.FinishAsync()));
            foreach (KilledHost lane in lanes) await lane.ProveAsync();
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"seed {seed}: {lanes.Sum(l => l.Kills)} kills ({lanes.Sum(l => l.KillsAtWork)} with runs under way), {lanes.Sum(l => l.Accepted.Count)} runs, {world.Calls.Sum(c => c.Value.Count)} calls, " +
                $"{world.Calls.Count(c => c.Value.Count > 1)} of {world.Calls.Count} effects interrupted and repeated, {watch.Elapsed.TotalSeconds:0} s");
            Assert.True(lanes.Sum(l => l.Kills) >= kills);
            Assert.All(lanes, lane => Assert.NotEmpty(lane.Accepted));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
        }
        finally
        {
            foreach (KilledHost lane in lanes) lane.Dispose();
        }
    }

    [Fact]
    public async Task Told_to_stop_it_ends_in_time_with_0_and_the_next_one_goes_on()
    {
        int seed = Setting("DESIGNER_KILL_SEED", Environment.TickCount & 0xFFFFFF);
        await using CallCounter world = await CallCounter.StartAsync(seed);
        using KilledHost host = await KilledHost.SetUpAsync(world, seed);
        await host.StopInTheMiddleAsync(within: TimeSpan.FromSeconds(20));
        await host.FinishAsync();
        await host.ProveAsync();
        Assert.NotEmpty(host.Accepted);
    }
}
