using System.Net;
using System.Net.Sockets;

namespace Designer.Models.Network;

/// <summary>A connection that the policy forbids.</summary>
public sealed class NetworkRefusedException(string host, AddressClass addressClass)
    : IOException($"The connection to '{host}' was refused: it is {addressClass.InWords()}.")
{
    public string Host { get; } = host;
    public AddressClass AddressClass { get; } = addressClass;
}

/// <summary>Keeps outgoing requests away from networks they have no business in. The check happens when the socket connects, on the
/// very address it connects to, so neither an odd spelling nor a name that changes between check and use gets around it.</summary>
public static class NetworkGuard
{
    /// <summary>A handler that follows no redirects (the caller does, so that each hop is its decision), uses no proxy (a proxy would
    /// connect on our behalf, unchecked), keeps no cookies, and unpacks nothing unless asked.</summary>
    public static SocketsHttpHandler CreateHandler(NetworkPolicy policy) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = policy.ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 64,
        ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, policy, cancellation),
    };

    /// <summary>The refusal inside an exception that HTTP code has wrapped, or null.</summary>
    public static NetworkRefusedException? FindRefusal(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
            if (e is NetworkRefusedException refused) return refused;
        return null;
    }

    /// <summary>The addresses of a host that the policy lets a connection use; throws <see cref="NetworkRefusedException"/> when there
    /// are addresses but none is allowed, and <see cref="SocketException"/> when there are none.</summary>
    public static async Task<IReadOnlyList<IPAddress>> CheckAsync(string host, int port, NetworkPolicy policy, CancellationToken cancellation)
    {
        var bare = host.Trim('[', ']');
        // TryParse reads the decimal, octal, hexadecimal and short forms that connect() would read.
        var addresses = IPAddress.TryParse(bare, out var literal) ? [literal] : await policy.Resolver(host, cancellation);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        if (policy.IsAllowedHost(bare, port)) return addresses;
        var allowed = addresses.Where(a => policy.Allows(AddressClasses.Of(a))).ToArray();
        return allowed.Length > 0 ? allowed : throw new NetworkRefusedException(host, AddressClasses.Of(addresses[0]));
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, NetworkPolicy policy, CancellationToken cancellation)
    {
        var addresses = await CheckAsync(target.Host, target.Port, policy, cancellation);
        Exception? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is not SocketException) throw;
                last = e;
            }
        }
        throw last!;
    }
}
