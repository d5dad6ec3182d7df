using System.CommandLine;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;
using Designer.Web.Features.Flows;
using Designer.Web.Features.Knowledge;
using Designer.Web.Features.Models;
using Designer.Web.Features.Templates;
using Designer.Web.Hosting;

namespace Designer.Web.Commands;

/// <summary>
/// The services that commands need, on the data folder itself: no web server, no background work. It may be open beside a running
/// server; whoever starts a run drives it.
/// </summary>
internal sealed class CommandHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private bool _isOpen;

    public CommandHost(ParseResult arguments)
    {
        ConfigurationManager settings = new();
        settings.AddEnvironmentVariables("DESIGNER_");
        settings.AddInMemoryCollection([
            .. Given("data", arguments.GetValue(SharedOptions.Data)), .. Given("postgres", arguments.GetValue(SharedOptions.Postgres))]);
        Storage = HostSettings.Storage(settings);
        ServiceCollection services = new();
        // Without a listener: what a person should know comes as an event, a result or an error.
        services.AddLogging();
        services.AddSingleton<IConfiguration>(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddDesignerStorage(Storage);
        services.AddDesignerKeys(Storage);
        services.AddDesignerEngine(Storage, settings);
        services.AddAccess();
        services.AddEditor();
        services.AddFlowPages();
        services.AddTemplatePages();
        services.AddKnowledgePages(Storage);
        services.AddModelPages();
        _services = services.BuildServiceProvider();
    }

    public StorageOptions Storage { get; }

    /// <summary>For what needs no stored data, such as the node types.</summary>
    public T Pure<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Opens the data folder (made or upgraded if that is needed), then gives the service.</summary>
    /// <exception cref="StorageException">The folder cannot be used; the message says why.</exception>
    public async Task<T> GetAsync<T>(CancellationToken cancellation) where T : notnull
    {
        await OpenAsync(cancellation);
        return _services.GetRequiredService<T>();
    }

    /// <summary>Services that live as long as one piece of work: ASP.NET Core Identity's.</summary>
    public async Task<AsyncServiceScope> ScopeAsync(CancellationToken cancellation)
    {
        await OpenAsync(cancellation);
        return _services.CreateAsyncScope();
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        if (_isOpen) return;
        HostSettings.Open(Storage);
        await _services.GetRequiredService<StorageStart>().MigrateAsync(cancellation);
        _isOpen = true;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static KeyValuePair<string, string?>[] Given(string key, string? value) => value is null ? [] : [new(key, value)];
}
