using Designer.Models.Metering;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Designer.Web.Hosting;

/// <summary>Spans and measurements of model calls, sent where OpenTelemetry's standard variables say, and nowhere without them.</summary>
public static class Telemetry
{
    private static readonly string[] s_endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration settings)
    {
        if (!s_endpoints.Any(name => !string.IsNullOrEmpty(settings[name]))) return services;
        services.AddOpenTelemetry()
            // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
            .ConfigureResource(resource => resource.Clear().AddService("designer", serviceVersion: DesignerHost.Version).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(ModelTelemetry.Name))
            .WithMetrics(metrics => metrics.AddMeter(ModelTelemetry.Name))
            .UseOtlpExporter();
        return services;
    }
}
