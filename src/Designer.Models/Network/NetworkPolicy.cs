using System.Net;

namespace Designer.Models.Network;

/// <summary>Finds the addresses of a host name.</summary>
public delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellation);

/// <summary>What an outgoing connection may reach.</summary>
public sealed record NetworkPolicy
{
    /// <summary>Public addresses only: what a flow's author may reach.</summary>
    public static NetworkPolicy PublicOnly { get; } = new();

    /// <summary>Loopback, private, unique local and carrier-grade NAT addresses too: what an admin may open for a model server.
    /// Link-local stays closed, since clouds serve their machines' credentials there.</summary>
    public static NetworkPolicy PrivateToo { get; } = new() { AllowPrivate = true };

    public bool AllowPrivate { get; init; }

    /// <summary>Exact hosts, as <c>host</c> or <c>host:port</c>, that an admin opened whatever their address.</summary>
    public IReadOnlySet<string> AllowedHosts { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public HostResolver Resolver { get; init; } = static (host, cancellation) => Dns.GetHostAddressesAsync(host, cancellation);

    internal bool Allows(AddressClass addressClass) => addressClass switch
    {
        AddressClass.Public => true,
        AddressClass.Loopback or AddressClass.Private or AddressClass.UniqueLocal or AddressClass.CarrierGradeNat => AllowPrivate,
        _ => false,
    };

    internal bool IsAllowedHost(string host, int port) => AllowedHosts.Any(allowed =>
        allowed.Equals(host, StringComparison.OrdinalIgnoreCase) || allowed.Equals($"{host}:{port}", StringComparison.OrdinalIgnoreCase));
}
