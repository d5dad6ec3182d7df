namespace Designer.Models.Hub;

/// <summary>What is said when a download cannot be made.</summary>
internal static class HubErrors
{
    /// <summary>The hub cannot be reached, or an answer broke off.</summary>
    public const string Unreachable = "hub.unreachable";

    /// <summary>There is no such model, revision or file.</summary>
    public const string Unknown = "hub.unknown";

    /// <summary>The model asks for a token, or the token is refused.</summary>
    public const string Gated = "hub.gated";

    /// <summary>What the hub sends is not what it said, or nothing that may be kept.</summary>
    public const string Refused = "hub.refused";

    /// <summary>A file is not the one that its checksum names.</summary>
    public const string Damaged = "hub.damaged";

    public const string DiskFull = "hub.diskFull";

    public static ModelException Cut(string message, TimeSpan? retryAfter = null, Exception? inner = null) => new(Unreachable, message, isTransient: true, retryAfter, inner);

    public static ModelException Refuse(string message) => new(Refused, message);
}
