using Designer.Models.Onnx.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Models.Tests.Onnx.Sessions;

public class ModelPoolTests
{
    private readonly FakeTimeProvider _time = new();

    private sealed class Weights : IDisposable
    {
        public bool IsGone { get; private set; }
        public void Dispose() => IsGone = true;
    }

    private async Task<Weights> UsedAsync(ModelPool pool, string key, long bytes)
    {
        using var lease = await pool.UseAsync(key, bytes, () => new Weights(), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));
        return lease.Model;
    }

    [Fact]
    public async Task The_least_lately_used_goes_when_another_needs_the_room()
    {
        using var pool = new ModelPool(100, _time);
        var a = await UsedAsync(pool, "a", 40);
        var b = await UsedAsync(pool, "b", 40);
        Assert.Same(a, await UsedAsync(pool, "a", 40));
        Assert.Equal(new LoadEstimate(40, ["b"], true).WouldEvict, pool.Estimate("c", 40).WouldEvict);
        await UsedAsync(pool, "c", 40);
        Assert.True(b.IsGone);
        Assert.False(a.IsGone);
        Assert.Equal(["a", "c"], pool.Residents.Select(r => r.Key).Order());
        Assert.Equal(ModelState.Cold, pool.StateOf("b"));
        Assert.Equal(ModelState.Warm, pool.StateOf("a"));
        Assert.Equal(0, pool.Estimate("a", 40).Bytes);
    }

    [Fact]
    public async Task Several_models_are_estimated_together_and_none_of_them_makes_room_for_another()
    {
        using var pool = new ModelPool(100, _time);
        await UsedAsync(pool, "mine", 30);
        await UsedAsync(pool, "other", 30);
        var load = pool.Estimate([("mine", 30), ("cold", 50), ("cold", 50)]);
        Assert.Equal((50, true), (load.Bytes, load.Fits));
        Assert.Equal(["other"], load.WouldEvict);
        Assert.False(pool.Estimate([("mine", 30), ("cold", 80)]).Fits);
        Assert.Equal(0, pool.Estimate([("mine", 30), ("other", 30)]).Bytes);
    }

    [Theory]
    [InlineData("/models/bge/model.onnx", "bge")]
    [InlineData("/models/stories/model_gqa.onnx", "stories/model_gqa.onnx")]
    [InlineData("/models/pp-ocr-v4", "pp-ocr-v4")]
    [InlineData("/models/pp-ocr-v4 (cuda, -, 0 MiB, 0 at once)", "pp-ocr-v4 (cuda, -, 0 MiB, 0 at once)")]
    public void A_model_is_named_as_people_know_it(string key, string name) => Assert.Equal(name, Residence.NameOf(key));

    [Fact]
    public async Task A_model_in_use_stays_and_the_other_is_told_to_come_again()
    {
        using var pool = new ModelPool(100, _time);
        var cancellation = TestContext.Current.CancellationToken;
        using (var held = await pool.UseAsync("held", 80, () => new Weights(), cancellation))
        {
            Assert.False(pool.Estimate("next", 40).Fits);
            Assert.False(pool.Unload("held"));
            var told = await Assert.ThrowsAsync<ModelException>(() => pool.UseAsync("next", 40, () => new Weights(), cancellation));
            Assert.True(told.IsTransient);
            Assert.Contains("held", told.Message);
            Assert.False(held.Model.IsGone);
        }
        Assert.False((await UsedAsync(pool, "next", 40)).IsGone);
        Assert.True(pool.Unload("next"));
    }

    [Fact]
    public async Task A_model_larger_than_the_ceiling_is_refused_for_good()
    {
        using var pool = new ModelPool(100L << 20, _time);
        var told = await Assert.ThrowsAsync<ModelException>(() => UsedAsync(pool, "huge", 200L << 20));
        Assert.False(told.IsTransient);
        Assert.Contains("200 MiB", told.Message);
        Assert.Contains("onnx:memoryMegabytes", told.Message);
    }

    [Fact]
    public async Task Those_who_come_while_it_loads_share_the_load_and_a_failure_is_not_kept()
    {
        using var pool = new ModelPool(100, _time);
        var cancellation = TestContext.Current.CancellationToken;
        using var go = new ManualResetEventSlim();
        var loads = 0;
        Weights Load()
        {
            go.Wait();
            return Interlocked.Increment(ref loads) == 1 ? throw new ModelException(ModelErrorCodes.Unavailable, "broken") : new Weights();
        }
        var first = pool.UseAsync("m", 10, Load, cancellation);
        var second = pool.UseAsync("m", 10, Load, cancellation);
        Assert.Equal(ModelState.Loading, pool.StateOf("m"));
        go.Set();
        await Assert.ThrowsAsync<ModelException>(() => first);
        await Assert.ThrowsAsync<ModelException>(() => second);
        Assert.Equal(1, loads);
        using var third = await pool.UseAsync("m", 10, Load, cancellation);
        Assert.Equal(2, loads);
    }

    [Fact]
    public async Task A_caller_who_leaves_while_it_loads_does_not_stop_the_load()
    {
        using var pool = new ModelPool(100, _time);
        using var go = new ManualResetEventSlim();
        using var leaving = new CancellationTokenSource();
        var first = pool.UseAsync("m", 10, () => { go.Wait(); return new Weights(); }, leaving.Token);
        var second = pool.UseAsync("m", 10, () => new Weights(), TestContext.Current.CancellationToken);
        leaving.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        go.Set();
        using var lease = await second;
        Assert.Equal(1, pool.Residents.Single().Users);
    }
}
