using System.Diagnostics;
using System.Diagnostics.Metrics;
using Designer.Models.Connections;

namespace Designer.Models.Metering;

/// <summary>Under which name calls of models are traced and measured.</summary>
public static class ModelTelemetry
{
    /// <summary>Of the activity source and of the meter.</summary>
    public const string Name = "Designer.Models";

    private static readonly ActivitySource s_source = new(Name);
    private static readonly UpDownCounter<int> s_underWay = new Meter(Name).CreateUpDownCounter<int>("designer.model.calls", "{call}", "Calls of models that are under way.");

    /// <summary>Whether anybody takes spans or measurements of this name.</summary>
    internal static bool IsHeard => s_source.HasListeners() || s_underWay.Enabled;

    /// <summary>The span of what was known, so that no model was asked: with the conventions' names like a call's, and without tokens, of which none were used.
    /// Null where nobody listens.</summary>
    /// <param name="operation">As the conventions call it.</param>
    /// <param name="since">When it was asked for.</param>
    internal static Activity? StartKnown(string operation, ModelConnection connection, string? provider, string? answeredBy, DateTimeOffset since) =>
        s_source.StartActivity($"{operation} {connection.Model}", ActivityKind.Internal, parentContext: default, tags:
        [
            new("gen_ai.operation.name", operation), new("gen_ai.provider.name", provider ?? connection.Provider), new("gen_ai.request.model", connection.Model), new("gen_ai.response.model", answeredBy ?? connection.Model),
            new("designer.model", connection.Name), new("designer.from_cache", true), new("designer.cost", 0d),
        ], startTime: since);

    /// <summary>A call of a kind of model that the abstractions do not trace, as a span like theirs; without a listener it costs nothing.</summary>
    /// <param name="operation">The conventions name none for these.</param>
    internal static async Task<T> MeasureAsync<T>(string operation, ModelConnection connection, string provider, Func<Task<T>> call)
    {
        using Call counted = Begin();
        using Activity? span = s_source.StartActivity($"{operation} {connection.Model}", ActivityKind.Internal, parentContext: default, tags:
        [
            new("gen_ai.operation.name", operation), new("gen_ai.provider.name", provider), new("gen_ai.request.model", connection.Model), new("gen_ai.response.model", connection.Model), new("designer.model", connection.Name),
        ]);
        if (span is null) return await call();
        CallMeter meter = CallMeter.Begin();
        try
        {
            return await call();
        }
        catch (Exception e)
        {
            span.SetTag("error.type", e is ModelException known ? known.Code : e.GetType().FullName).SetStatus(ActivityStatusCode.Error);
            throw;
        }
        finally
        {
            span.SetTag("designer.load_ms", meter.Load.TotalMilliseconds);
        }
    }

    /// <summary>Counts a call until it is disposed.</summary>
    internal static Call Begin()
    {
        s_underWay.Add(1);
        return default;
    }

    internal readonly struct Call : IDisposable
    {
        public void Dispose() => s_underWay.Add(-1);
    }

    /// <summary>The span of the call that is under way here, or null where nobody listens.</summary>
    internal static Activity? Current => Activity.Current is { } span && span.Source.Name == Name ? span : null;
}
