using System.Diagnostics;
using System.Text;
using Designer.Models.Metering;
using Designer.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Designer.Web.Tests.Hosting;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Spans_go_where_the_standard_variables_say()
    {
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication collector = builder.Build();
        collector.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body);
            received.TrySetResult(body.ToArray());
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);
        IConfiguration settings = Settings(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", "our-designer"));

        await using ServiceProvider services = new ServiceCollection().AddSingleton(settings).AddTelemetry(settings).BuildServiceProvider();
        TracerProvider tracing = services.GetRequiredService<TracerProvider>();
        using (ActivitySource source = new(ModelTelemetry.Name)) source.StartActivity("chat some-model")!.Dispose();
        Assert.True(tracing.ForceFlush());

        string sent = Encoding.Latin1.GetString(await received.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Contains("chat some-model", sent, StringComparison.Ordinal);
        Assert.Contains("our-designer", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_them_nothing_is_sent_anywhere()
    {
        ServiceCollection services = new();
        services.AddTelemetry(Settings());
        Assert.Empty(services);
    }

    private static IConfiguration Settings(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Name, (string?)v.Value))).Build();
}
