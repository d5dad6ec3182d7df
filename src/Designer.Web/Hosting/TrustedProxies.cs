using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Designer.Web.Hosting;

/// <summary>Believes X-Forwarded-* from the proxies that the setting <c>proxies</c> names, and from nobody else.</summary>
public static class TrustedProxies
{
    /// <param name="setting">Addresses and networks, comma-separated, e.g. <c>10.0.0.2, 172.16.0.0/12</c>.</param>
    public static void AddTrustedProxies(this IServiceCollection services, string? setting) => services.Configure<ForwardedHeadersOptions>(options =>
    {
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (string part in (setting ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IPAddress.TryParse(part, out IPAddress? address)) options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(part, out System.Net.IPNetwork network)) options.KnownIPNetworks.Add(network);
            else throw new InvalidOperationException($"The setting 'proxies' holds '{part}', which is neither an address nor a network.");
        }
        // Without a known proxy nothing may be believed; empty lists alone would mean "everybody".
        options.ForwardedHeaders = options.KnownProxies.Count + options.KnownIPNetworks.Count == 0
            ? ForwardedHeaders.None
            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
    });
}
