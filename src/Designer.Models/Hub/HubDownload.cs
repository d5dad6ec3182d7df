using System.Text.Json.Serialization;

namespace Designer.Models.Hub;

public enum HubState { Waiting, Running, Paused, Failed }

/// <summary>A download that somebody agreed to, as it is kept until it is done.</summary>
/// <param name="Name">The model's name in the workspace.</param>
/// <param name="Credential">The workspace's credential that holds the token, by name.</param>
/// <param name="Problem">Why it failed, in words.</param>
public sealed record HubDownload(Guid Id, Guid WorkspaceId, string Model, string Commit, string? Licence, HubVariant Variant, string Name, string? Credential)
{
    public HubState State { get; init; }
    public string? Problem { get; init; }

    /// <summary>What is here already.</summary>
    [JsonIgnore]
    public long Bytes { get; init; }

    /// <summary>Of the last seconds; 0 when it is not known.</summary>
    [JsonIgnore]
    public double BytesPerSecond { get; init; }

    [JsonIgnore]
    public bool IsUnderWay => State is HubState.Waiting or HubState.Running;

    /// <summary>How far it is, from 0 to 1.</summary>
    [JsonIgnore]
    public double Share => Variant.Bytes > 0 ? Math.Min(1, (double)Bytes / Variant.Bytes) : 0;

    internal bool IsSameAs(HubDownload other) => (WorkspaceId, Model, Commit, Variant.Graph) == (other.WorkspaceId, other.Model, other.Commit, other.Variant.Graph);
}
