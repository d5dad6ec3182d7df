using Designer.Storage;

namespace Designer.Web.Features.Access;

/// <summary>The person who is signed in, in the workspace they work in.</summary>
public sealed record SignedInMember(Guid UserId, string Name, string Email, Guid WorkspaceId, string WorkspaceName, Role Role)
{
    /// <summary>How rows name who made them.</summary>
    public string Author => Email;

    public bool May(string permission) => Permissions.Allows(Role, permission);
}
