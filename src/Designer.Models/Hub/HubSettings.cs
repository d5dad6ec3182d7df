using Designer.Models.Network;

namespace Designer.Models.Hub;

/// <summary>Where public models are downloaded from; the host reads it from the section <c>hub</c>.</summary>
public sealed record HubSettings
{
    public static readonly Uri Usual = new("https://huggingface.co/");

    /// <summary>A hub that speaks Hugging Face's interface; null: downloads are switched off.</summary>
    public Uri? Address { get; init; } = Usual;

    /// <summary>Hosts inside the own network, as <c>host</c> or <c>host:port</c>, that the hub may send on to.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Before a cut download goes on; doubled each time nothing came.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait for the beginning of an answer, and for the next bytes of one.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <param name="address">Empty or <c>off</c> switches downloads off; null leaves the usual one.</param>
    /// <param name="allowed">Hosts, separated by commas.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    public static HubSettings Read(string? address, string? allowed) => new()
    {
        Address = address?.Trim() switch
        {
            null => Usual,
            "" or "off" => null,
            var text => Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
                ? uri
                : throw new FormatException($"The setting hub:address is no http or https address: '{text}'."),
        },
        AllowedHosts = (allowed ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    };

    /// <summary>Public addresses, and what the admin named: the hub itself where it is their own, and the hosts above.</summary>
    internal NetworkPolicy Network => NetworkPolicy.PublicOnly with
    {
        AllowedHosts = AllowedHosts.Concat(Address is null || Address == Usual ? [] : [$"{Address.IdnHost.Trim('[', ']')}:{Address.Port}"]).ToHashSet(StringComparer.OrdinalIgnoreCase),
    };
}
