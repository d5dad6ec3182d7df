namespace Designer.Models.Metering;

/// <summary>Gathers what a call took in places that its caller does not see. It flows with the call, as a span does, and needs no listener.</summary>
public sealed class CallMeter
{
    private static readonly AsyncLocal<CallMeter?> s_current = new();

    private readonly CallMeter? _around;

    private CallMeter(CallMeter? around) => _around = around;

    /// <summary>How long the call waited for models to load.</summary>
    public TimeSpan Load { get; private set; }

    /// <summary>What the calling method calls from here on is gathered here, and in the meter around it.</summary>
    public static CallMeter Begin() => s_current.Value = new CallMeter(s_current.Value);

    internal static void Loaded(TimeSpan took)
    {
        for (CallMeter? meter = s_current.Value; meter is not null; meter = meter._around) meter.Load += took;
    }
}
