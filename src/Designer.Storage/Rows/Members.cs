using Microsoft.AspNetCore.Identity;

namespace Designer.Storage;

/// <summary>A person who can sign in. What they may do stands in their memberships.</summary>
public sealed class User : IdentityUser<Guid>
{
    public string DisplayName { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a member may do in a workspace; the table of permissions is the host's.</summary>
public enum Role { Owner, Editor, Operator, Viewer }

/// <summary>The border of tenancy: every other row belongs to one workspace.</summary>
public sealed class Workspace
{
    public Guid Id { get; set; }
    public required string Name { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A person's place in a workspace.</summary>
public sealed class Membership
{
    public Guid WorkspaceId { get; set; }
    public Guid UserId { get; set; }
    public Role Role { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a one-time link does.</summary>
public enum InviteKind { Join, ResetPassword }

/// <summary>A link that works once. Only the token's hash is kept.</summary>
public sealed class InviteRow
{
    public Guid Id { get; set; }
    public Guid WorkspaceId { get; set; }
    public InviteKind Kind { get; set; }
    /// <summary>Who may use it; null: whoever has the link.</summary>
    public string? Email { get; set; }
    public Role Role { get; set; }
    /// <summary>With <see cref="InviteKind.ResetPassword"/>: whose password.</summary>
    public Guid? UserId { get; set; }
    public required byte[] TokenHash { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}
