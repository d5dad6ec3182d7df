using System.Collections.Concurrent;
using System.Diagnostics;
using Designer.Models.Metering;

namespace Designer.Models.Tests.Metering;

/// <summary>Hears the spans of all models until it is disposed; a test asks for those of its own, since others run beside it.</summary>
internal sealed class HeardSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public HeardSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ModelTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Those of a model by its name, in the order they ended.</summary>
    public Activity[] Of(string model) => [.. _ended.Where(span => (string?)span.GetTagItem("designer.model") == model)];

    public void Dispose() => _listener.Dispose();
}
