using Designer.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Designer.Web.Features.Access;

/// <summary>One line of the members page.</summary>
public sealed record MemberLine(Guid UserId, string Name, string Email, Role Role, DateTimeOffset Since);

/// <summary>Who belongs to a workspace. A workspace never loses its last owner.</summary>
public sealed class WorkspaceMembers(IDbContextFactory<DesignerDb> factory)
{
    /// <summary>The person's membership in the first workspace they joined, or null when they are in none.</summary>
    public async Task<Member?> FindAsync(Guid userId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await (
            from membership in db.Memberships
            join user in db.Users on membership.UserId equals user.Id
            join workspace in db.Workspaces on membership.WorkspaceId equals workspace.Id
            where membership.UserId == userId
            orderby membership.CreatedAt
            select new Member(user.Id, user.DisplayName, user.Email!, workspace.Id, workspace.Name, membership.Role)).FirstOrDefaultAsync(cancellation);
    }

    public async Task<IReadOnlyList<MemberLine>> ListAsync(Guid workspaceId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<MemberLine> lines = await (
            from membership in db.Memberships
            join user in db.Users on membership.UserId equals user.Id
            where membership.WorkspaceId == workspaceId
            select new MemberLine(user.Id, user.DisplayName, user.Email!, membership.Role, membership.CreatedAt)).ToListAsync(cancellation);
        return [.. lines.OrderBy(line => line.Role).ThenBy(line => line.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    public async Task<Outcome> ChangeRoleAsync(Guid workspaceId, Guid userId, Role role, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        int changed = await db.Memberships.Where(m => m.WorkspaceId == workspaceId && m.UserId == userId)
            .ExecuteUpdateAsync(change => change.SetProperty(m => m.Role, role), cancellation);
        return await FinishAsync(db, transaction, workspaceId, changed, cancellation);
    }

    /// <summary>Takes the person out of the workspace and ends their sessions. Their flows and runs stay.</summary>
    public async Task<Outcome> RemoveAsync(Guid workspaceId, Guid userId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        int changed = await db.Memberships.Where(m => m.WorkspaceId == workspaceId && m.UserId == userId).ExecuteDeleteAsync(cancellation);
        if (changed > 0)
        {
            string stamp = Guid.NewGuid().ToString("N");
            await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(change => change.SetProperty(u => u.SecurityStamp, stamp), cancellation);
        }
        return await FinishAsync(db, transaction, workspaceId, changed, cancellation);
    }

    // Counted after the change and inside its transaction: two owners who demote each other at once cannot both succeed.
    private static async Task<Outcome> FinishAsync(
        DesignerDb db, Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, Guid workspaceId, int changed, CancellationToken cancellation)
    {
        if (changed == 0) return Outcome.Because("This person is not a member any more.");
        if (!await db.Memberships.AnyAsync(m => m.WorkspaceId == workspaceId && m.Role == Role.Owner, cancellation))
            return Outcome.Because("A workspace needs an owner. Make somebody else an owner first.");
        await transaction.CommitAsync(cancellation);
        return Outcome.Done;
    }
}
