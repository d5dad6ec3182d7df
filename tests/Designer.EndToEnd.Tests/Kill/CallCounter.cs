using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Designer.EndToEnd.Tests.Kill;

/// <summary>The world outside: it answers flows' HTTP requests and keeps when each was made, by its idempotency key.</summary>
internal sealed class CallCounter : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Random random;

    private CallCounter(WebApplication app, int seed) => (this.app, random) = (app, new Random(seed));

    public ConcurrentDictionary<string, ConcurrentQueue<DateTimeOffset>> Calls { get; } = new();
    public Uri Address { get; private set; } = null!;

    public static async Task<CallCounter> StartAsync(int seed)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        CallCounter counter = new(builder.Build(), seed);
        counter.app.MapPost("/work", counter.WorkAsync);
        await counter.app.StartAsync();
        counter.Address = new Uri(counter.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return counter;
    }

    private async Task<IResult> WorkAsync(HttpRequest request)
    {
        string key = request.Headers["Idempotency-Key"].ToString();
        Calls.GetOrAdd(key, _ => new()).Enqueue(DateTimeOffset.UtcNow);
        int pause;
        lock (random) pause = random.Next(30);
        // A real server takes some time, so that kills also come in the middle of a call.
        await Task.Delay(pause, request.HttpContext.RequestAborted);
        return Results.Json(new { key });
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
