using Designer.Storage;
using Designer.Web.Features.Tour;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Tour;

public sealed class TourProgressTests
{
    [Fact]
    public void It_leads_from_a_template_to_a_published_flow()
    {
        TourStep step = TourStep.Offered;
        TourStep[] way = [.. new[] { TourMoment.Started, TourMoment.FlowOpened, TourMoment.FlowChanged, TourMoment.Published }.Select(moment => step = TourProgress.After(step, moment))];

        Assert.Equal([TourStep.Template, TourStep.Change, TourStep.Publish, TourStep.Ended], way);
    }

    [Theory]
    [InlineData(TourStep.Offered, TourMoment.FlowChanged, TourStep.Offered)]
    [InlineData(TourStep.Ended, TourMoment.FlowOpened, TourStep.Ended)]
    [InlineData(TourStep.Ended, TourMoment.Started, TourStep.Template)]
    [InlineData(TourStep.Publish, TourMoment.FlowOpened, TourStep.Publish)]
    [InlineData(TourStep.Change, TourMoment.Published, TourStep.Ended)]
    [InlineData(TourStep.Change, TourMoment.Left, TourStep.Ended)]
    public void What_people_do_otherwise_leaves_it_where_it_is(TourStep step, TourMoment moment, TourStep after) => Assert.Equal(after, TourProgress.After(step, moment));

    [Fact]
    public async Task The_flows_page_offers_it_to_those_who_may_make_flows_until_they_decline()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        await app.AddMemberAsync("viewer@example.org", Role.Viewer);
        TestBrowser owner = await app.SignInAsync(app.Owner.Email), viewer = await app.SignInAsync("viewer@example.org");

        Assert.Contains("data-testid=\"tour-offer\"", await owner.PageAsync("/"), StringComparison.Ordinal);
        Assert.DoesNotContain("data-testid=\"tour-offer\"", await viewer.PageAsync("/"), StringComparison.Ordinal);

        await app.Services.GetRequiredService<SettingStore>().SetAsync($"tour.of.{app.Owner.UserId:N}", nameof(TourStep.Ended));
        Assert.DoesNotContain("data-testid=\"tour-offer\"", await owner.PageAsync("/"), StringComparison.Ordinal);
    }
}
