using System.Diagnostics;

namespace Designer.Models.Metering;

/// <summary>Under which name calls of models are traced and measured.</summary>
public static class ModelTelemetry
{
    /// <summary>Of the activity source and of the meter.</summary>
    public const string Name = "Designer.Models";

    /// <summary>The span of the call that is under way here, or null where nobody listens.</summary>
    internal static Activity? Current => Activity.Current is { } span && span.Source.Name == Name ? span : null;
}
