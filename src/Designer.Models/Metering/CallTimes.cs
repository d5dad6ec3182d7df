namespace Designer.Models.Metering;

/// <summary>Names under which a client's last update says how long the call waited before it ran; values are time spans.</summary>
public static class CallTimes
{
    /// <summary>For a place among the requests that run.</summary>
    public const string Queue = "queue";

    /// <summary>For the model to be loaded.</summary>
    public const string Load = "load";
}
