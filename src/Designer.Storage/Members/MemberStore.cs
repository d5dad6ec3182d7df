using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Designer.Storage;

public sealed record Member(Guid UserId, string Email, string DisplayName, Role Role, DateTimeOffset JoinedAt);

/// <summary>A workspace that somebody belongs to, and as what.</summary>
public sealed record MemberOf(Guid WorkspaceId, string Name, Role Role);

/// <summary>Workspaces and who belongs to them. Users themselves are ASP.NET Core Identity's.</summary>
public sealed partial class MemberStore(IDbContextFactory<DesignerDb> factory, TimeProvider clock)
{
    /// <summary>False on a fresh data folder: then the first start makes the first admin.</summary>
    public async Task<bool> AnyMemberAsync(CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Memberships.AnyAsync(cancellation);
    }

    /// <summary>Makes the installation's first workspace with its owner. Null when somebody was first.</summary>
    public Task<Workspace?> CreateFirstWorkspaceAsync(string name, Guid userId, CancellationToken cancellation = default) =>
        Conflicts.SerializedAsync(() => TryCreateFirstAsync(name, userId, cancellation));

    private async Task<Workspace?> TryCreateFirstAsync(string name, Guid userId, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancellation);
        if (await db.Memberships.AnyAsync(cancellation)) return null;
        // What the command line made before anybody signed in becomes the first owner's.
        Workspace? unowned = await db.Workspaces.OrderBy(w => w.CreatedAt).FirstOrDefaultAsync(cancellation);
        Workspace workspace = unowned is null ? Add(db, name, userId) : Own(db, unowned, name, userId);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return workspace;
    }

    /// <summary>The installation's oldest workspace, made without an owner if there is none: the command line works before anybody has signed in.</summary>
    public async Task<Workspace> SoleWorkspaceAsync(string name, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancellation);
        if (await db.Workspaces.AsNoTracking().OrderBy(w => w.CreatedAt).FirstOrDefaultAsync(cancellation) is { } known) return known;
        DateTimeOffset now = clock.GetUtcNow();
        Workspace workspace = new() { Id = Guid.CreateVersion7(now), Name = name, CreatedAt = now };
        db.Workspaces.Add(workspace);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return workspace;
    }

    public async Task<Workspace> CreateWorkspaceAsync(string name, Guid owner, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        Workspace workspace = Add(db, name, owner);
        await db.SaveChangesAsync(cancellation);
        return workspace;
    }

    private Workspace Own(DesignerDb db, Workspace workspace, string name, Guid owner)
    {
        workspace.Name = name;
        db.Memberships.Add(new Membership { WorkspaceId = workspace.Id, UserId = owner, Role = Role.Owner, CreatedAt = clock.GetUtcNow() });
        return workspace;
    }

    private Workspace Add(DesignerDb db, string name, Guid owner)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Workspace workspace = new() { Id = Guid.CreateVersion7(now), Name = name, CreatedAt = now };
        db.Workspaces.Add(workspace);
        db.Memberships.Add(new Membership { WorkspaceId = workspace.Id, UserId = owner, Role = Role.Owner, CreatedAt = now });
        return workspace;
    }

    /// <summary>All workspaces of the installation, oldest first; for the command line, which has no user.</summary>
    public async Task<IReadOnlyList<Workspace>> WorkspacesAsync(CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Workspaces.AsNoTracking().OrderBy(w => w.CreatedAt).ToListAsync(cancellation);
    }

    public async Task<IReadOnlyList<MemberOf>> WorkspacesOfAsync(Guid userId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Memberships.Where(m => m.UserId == userId)
            .Join(db.Workspaces, m => m.WorkspaceId, w => w.Id, (m, w) => new { w.Id, w.Name, m.Role, w.CreatedAt })
            .OrderBy(w => w.CreatedAt).Select(w => new MemberOf(w.Id, w.Name, w.Role)).ToListAsync(cancellation);
    }

    /// <summary>Null when the user does not belong to the workspace.</summary>
    public async Task<Role?> RoleAsync(Guid workspaceId, Guid userId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Memberships.Where(m => m.WorkspaceId == workspaceId && m.UserId == userId).Select(m => (Role?)m.Role).SingleOrDefaultAsync(cancellation);
    }

    public async Task<IReadOnlyList<Member>> ListAsync(Guid workspaceId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Memberships.Where(m => m.WorkspaceId == workspaceId)
            .Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new { m.UserId, u.Email, u.DisplayName, m.Role, m.CreatedAt })
            .OrderBy(m => m.Email).Select(m => new Member(m.UserId, m.Email ?? "", m.DisplayName, m.Role, m.CreatedAt)).ToListAsync(cancellation);
    }

    /// <exception cref="StorageConflictException"><c>member.exists</c></exception>
    public async Task AddAsync(Guid workspaceId, Guid userId, Role role, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        db.Memberships.Add(new Membership { WorkspaceId = workspaceId, UserId = userId, Role = role, CreatedAt = clock.GetUtcNow() });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException exists) when (exists.IsUnique())
        {
            throw new StorageConflictException("member.exists", "This person is a member already.", exists);
        }
    }

    /// <summary>False when the user is no member.</summary>
    /// <exception cref="StorageConflictException"><c>member.lastOwner</c></exception>
    public Task<bool> SetRoleAsync(Guid workspaceId, Guid userId, Role role, CancellationToken cancellation = default) =>
        Conflicts.SerializedAsync(() => ChangeAsync(workspaceId, userId, role != Role.Owner, (_, member) => member.Role = role, cancellation));

    /// <summary>False when the user was no member. The user stays, without this workspace.</summary>
    /// <exception cref="StorageConflictException"><c>member.lastOwner</c></exception>
    public Task<bool> RemoveAsync(Guid workspaceId, Guid userId, CancellationToken cancellation = default) =>
        Conflicts.SerializedAsync(() => ChangeAsync(workspaceId, userId, true, (db, member) => db.Memberships.Remove(member), cancellation));

    // Serializable, so that two owners cannot remove each other at the same moment.
    private async Task<bool> ChangeAsync(Guid workspaceId, Guid userId, bool losesOwner, Action<DesignerDb, Membership> change, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancellation);
        Membership? member = await db.Memberships.SingleOrDefaultAsync(m => m.WorkspaceId == workspaceId && m.UserId == userId, cancellation);
        if (member is null) return false;
        bool isLastOwner = losesOwner && member.Role == Role.Owner
            && !await db.Memberships.AnyAsync(m => m.WorkspaceId == workspaceId && m.UserId != userId && m.Role == Role.Owner, cancellation);
        if (isLastOwner) throw new StorageConflictException("member.lastOwner", "A workspace needs an owner. Make somebody else owner first.");
        change(db, member);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
