using System.Text.Json;
using Designer.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Designer.Benchmarks;

/// <summary>Two bare endpoints: the same transforms by hand, and the same with a run's rows appended to a durable SQLite file by group commit.</summary>
internal sealed class Floors : IAsyncDisposable
{
    private readonly WebApplication app;

    private Floors(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    public sealed record Body(Inputs Input);
    public sealed record Inputs(string Text);
    public sealed record Answer(string Text);

    public static async Task<Floors> StartAsync(string folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        Floors floors = new(builder.Build());
        GroupCommit rows = new(Path.Combine(folder, "floor.db"));
        floors.app.Lifetime.ApplicationStopped.Register(rows.Dispose);
        foreach (int transforms in (int[])[3, 20])
        {
            floors.app.MapPost($"/bare/{transforms}", (Body body) => new Answer(Transform(body.Input.Text, transforms)));
            floors.app.MapPost($"/durable/{transforms}", async (Body body) =>
            {
                string text = Transform(body.Input.Text, transforms);
                await rows.AppendAsync(Guid.CreateVersion7(), transforms + 2, text);
                return new Answer(text);
            });
        }
        await floors.app.StartAsync();
        floors.Address = new Uri(floors.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return floors;
    }

    private static string Transform(string text, int times)
    {
        for (int i = 0; i < times; i++) text = i < 3 ? text + "!" : string.Concat(text.AsSpan(0, text.Length - 1), "!");
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
