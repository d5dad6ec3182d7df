using Designer.Models.Connections;
using Designer.Models.Network;
using Microsoft.Extensions.Http.Resilience;

namespace Designer.Models.Calls;

/// <summary>Makes the HTTP client of one connection: guarded network, bounded answers, breaker and repeats, errors in words. Sockets are shared by all.</summary>
public sealed class ModelHttp(IHttpMessageHandlerFactory handlers, ModelHttpLimits limits, TimeProvider? time = null)
{
    internal const string PublicClient = "designer.models.public";
    internal const string PrivateClient = "designer.models.private";

    internal ModelHttpLimits Limits => limits;

    /// <param name="other">Instead of the usual limits, where answers are larger.</param>
    internal HttpClient Create(ModelConnection connection, ModelErrors errors, ModelHttpLimits? other = null) => new(CreateHandler(connection, errors, other)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The same for a client that adds something of its own.</summary>
    internal HttpMessageHandler CreateHandler(ModelConnection connection, ModelErrors errors, ModelHttpLimits? other = null)
    {
        ModelHttpLimits own = other ?? limits;
        if (connection.Options.TimeoutSeconds is { } seconds) own = own with { FirstResponse = TimeSpan.FromSeconds(seconds) };
        var bounded = new BoundedResponseHandler(own) { InnerHandler = Guarded(connection) };
        var resilient = new ResilienceHandler(CallPolicy.Create(connection.Options, time ?? TimeProvider.System)) { InnerHandler = bounded };
        return new StatusHandler(errors) { InnerHandler = resilient };
    }

    /// <summary>The guarded network bare, for a socket that stays open.</summary>
    internal HttpMessageInvoker Sockets(ModelConnection connection) => new(Guarded(connection), disposeHandler: false);

    private HttpMessageHandler Guarded(ModelConnection connection) => handlers.CreateHandler(connection.AllowPrivateNetwork ? PrivateClient : PublicClient);

    /// <summary>The policy of each of the two shared handlers.</summary>
    internal static IEnumerable<(string Name, NetworkPolicy Policy)> Handlers => [(PublicClient, NetworkPolicy.PublicOnly), (PrivateClient, NetworkPolicy.PrivateToo)];
}
