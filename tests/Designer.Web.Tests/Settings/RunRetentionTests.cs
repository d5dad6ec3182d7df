using Designer.Engine;
using Designer.Storage;
using Designer.Web.Features.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Designer.Web.Tests.Settings;

public sealed class RunRetentionTests
{
    [Fact]
    public async Task Runs_are_kept_ninety_days_unless_an_owner_says_otherwise()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var retention = app.Services.GetRequiredService<RunRetention>();

        Assert.Equal(RunRetention.DefaultDays, await retention.DaysAsync());
        await retention.SetAsync(7);
        Assert.Equal(7, await retention.DaysAsync());
        await retention.SetAsync(null);
        Assert.Null(await retention.DaysAsync());
        Assert.Equal(0, await retention.SweepAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Files_that_no_run_uses_go_after_a_day()
    {
        FakeTime clock = new();
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        FileLimits limits = app.Services.GetRequiredService<FileLimits>();
        Assert.Equal(TimeSpan.FromDays(1), limits.KeepUnused);
        IBlobStore blobs = app.Services.GetRequiredService<IBlobStore>();
        Guid workspace = Guid.NewGuid();
        Blob blob = await blobs.PutAsync(workspace, new MemoryStream("x"u8.ToArray()), 10, run: null, TestContext.Current.CancellationToken);
        using RunRetention retention = new(app.Services.GetRequiredService<SettingStore>(), app.Services.GetRequiredService<IRunLog>(), blobs, limits, clock, NullLogger<RunRetention>.Instance);

        await retention.SweepAsync(TestContext.Current.CancellationToken);
        await using (Stream? still = await blobs.OpenAsync(workspace, blob.Id, TestContext.Current.CancellationToken)) Assert.NotNull(still);
        clock.Now = DateTimeOffset.UtcNow.AddHours(25);
        await retention.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Null(await blobs.OpenAsync(workspace, blob.Id, TestContext.Current.CancellationToken));
    }

    private sealed class FakeTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
