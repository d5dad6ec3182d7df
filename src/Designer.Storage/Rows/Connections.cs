using Designer.Models.Connections;

namespace Designer.Storage;

/// <summary>A secret that flows use through a credential slot; encrypted at rest.</summary>
public sealed class CredentialRow
{
    public Guid Id { get; set; }
    public Guid WorkspaceId { get; set; }
    /// <summary>Unique in its workspace.</summary>
    public required string Name { get; set; }
    public string? Description { get; set; }
    public required string Protected { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A model connection, as Designer.Models knows it.</summary>
public sealed class ModelRow
{
    public Guid Id { get; set; }
    public Guid WorkspaceId { get; set; }
    /// <summary>Unique in its workspace.</summary>
    public required string Name { get; set; }
    public required string Provider { get; set; }
    public string? Endpoint { get; set; }
    public required string Model { get; set; }
    public string? ProtectedKey { get; set; }
    public int Capabilities { get; set; }
    public int? ContextTokens { get; set; }
    /// <summary>Per million tokens.</summary>
    public decimal? InputPrice { get; set; }
    public decimal? OutputPrice { get; set; }
    public bool AllowPrivateNetwork { get; set; }
    public bool Enabled { get; set; } = true;
    /// <summary>Null: all as is usual.</summary>
    public ModelOptions? Options { get; set; }
    public long Revision { get; set; }
}

/// <summary>A knowledge base; its index is a file of its own.</summary>
public sealed class KnowledgeBaseRow
{
    public Guid Id { get; set; }
    public Guid WorkspaceId { get; set; }
    public required string Name { get; set; }
    /// <summary>Unique in its workspace.</summary>
    public required string Slug { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A setting of the installation, or of one workspace.</summary>
public sealed class SettingRow
{
    /// <summary><see cref="Guid.Empty"/> for a setting of the installation.</summary>
    public Guid WorkspaceId { get; set; }
    public required string Key { get; set; }
    public required string Value { get; set; }
}
