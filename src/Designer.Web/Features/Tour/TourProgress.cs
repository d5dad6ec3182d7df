using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Tour;

/// <summary>Where somebody is on the way from a template to a changed, published flow.</summary>
public enum TourStep { Offered, Template, Change, Publish, Ended }

/// <summary>What people do that brings the tour on.</summary>
public enum TourMoment { Started, FlowOpened, FlowChanged, Published, Left }

/// <summary>The tour of one person in one open page. It follows what they do, and is remembered for them on the server.</summary>
public sealed class TourProgress(CurrentMember current, SettingStore settings)
{
    private TourStep? _step;

    /// <summary>The step has changed.</summary>
    public event Action? Moved;

    /// <summary>It is offered to newcomers who may make flows; for others it has ended before it begins.</summary>
    public async Task<TourStep> StepAsync()
    {
        if (_step is { } known) return known;
        SignedInMember member = await current.GetAsync();
        if (!member.May(Permissions.Flows)) return TourStep.Ended;
        _step = Enum.TryParse(await settings.FindAsync(KeyOf(member)), out TourStep kept) ? kept : TourStep.Offered;
        return _step.Value;
    }

    public async Task TellAsync(TourMoment moment)
    {
        TourStep before = await StepAsync(), after = After(before, moment);
        if (after == before) return;
        _step = after;
        await settings.SetAsync(KeyOf(await current.GetAsync()), after.ToString());
        Moved?.Invoke();
    }

    public static TourStep After(TourStep step, TourMoment moment) => (step, moment) switch
    {
        (_, TourMoment.Started) => TourStep.Template,
        (_, TourMoment.Left) => TourStep.Ended,
        (TourStep.Template, TourMoment.FlowOpened) => TourStep.Change,
        (TourStep.Change, TourMoment.FlowChanged) => TourStep.Publish,
        (TourStep.Change or TourStep.Publish, TourMoment.Published) => TourStep.Ended,
        _ => step,
    };

    private static string KeyOf(SignedInMember member) => $"tour.of.{member.UserId:N}";
}
