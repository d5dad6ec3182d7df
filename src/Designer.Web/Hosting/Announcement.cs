using Designer.Web.Features.Access;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Designer.Web.Hosting;

/// <summary>Says on the console where the app is and, on a fresh data folder, the one-time code of the first sign-in.</summary>
public sealed class Announcement(IServer server, IHostApplicationLifetime lifetime, IServiceScopeFactory scopes, SetupCode setup, AnnouncementWriter writer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => Announce().GetAwaiter().GetResult());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Announce()
    {
        string address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? DesignerHost.DefaultUrl;
        // What a server listens on is not always what a browser can open.
        string url = address.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal);
        writer.Write($"Designer {DesignerHost.Version} is ready: {url}");
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<Accounts>().AnyAsync()) return;
        writer.Write($"First start. Open {url}/setup and enter this code (it works once, for 24 hours): {setup.Issue()}");
    }
}

/// <summary>Where announcements go: standard output, unless a test listens.</summary>
public sealed class AnnouncementWriter(Action<string>? write = null)
{
    public void Write(string line) => (write ?? Console.WriteLine)(line);
}
