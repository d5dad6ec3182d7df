using Designer.Web.Features.Settings;
using Microsoft.Extensions.DependencyInjection;

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
}
