using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Designer.Storage;

/// <summary>A one-time link without its token.</summary>
/// <param name="UserId">With a password reset: whose.</param>
public sealed record Invite(
    Guid Id, Guid WorkspaceId, InviteKind Kind, string? Email, Role Role, Guid? UserId, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <param name="Token">Goes into the link; shown once.</param>
public sealed record CreatedInvite(Invite Invite, string Token);

public sealed partial class MemberStore
{
    public static readonly TimeSpan InviteValidity = TimeSpan.FromDays(7);
    public static readonly TimeSpan ResetValidity = TimeSpan.FromHours(24);

    /// <summary>A link by which a colleague joins with this role.</summary>
    public Task<CreatedInvite> InviteAsync(Guid workspaceId, string? email, Role role, string author, CancellationToken cancellation = default) =>
        CreateAsync(new InviteRow { TokenHash = [], CreatedBy = author, WorkspaceId = workspaceId, Kind = InviteKind.Join, Email = email, Role = role }, InviteValidity, cancellation);

    /// <summary>A link by which a member sets a new password; earlier ones of that member stop working. Null when the user is no member.</summary>
    public async Task<CreatedInvite?> CreateResetAsync(Guid workspaceId, Guid userId, string author, CancellationToken cancellation = default)
    {
        if (await RoleAsync(workspaceId, userId, cancellation) is not { } role) return null;
        DateTimeOffset now = clock.GetUtcNow();
        await using (DesignerDb db = await factory.CreateDbContextAsync(cancellation))
            await db.Invites.Where(i => i.UserId == userId && i.UsedAt == null).ExecuteUpdateAsync(set => set.SetProperty(i => i.UsedAt, now), cancellation);
        InviteRow row = new() { TokenHash = [], CreatedBy = author, WorkspaceId = workspaceId, Kind = InviteKind.ResetPassword, UserId = userId, Role = role };
        return await CreateAsync(row, ResetValidity, cancellation);
    }

    private async Task<CreatedInvite> CreateAsync(InviteRow row, TimeSpan validity, CancellationToken cancellation)
    {
        string token = Tokens.Create("");
        DateTimeOffset now = clock.GetUtcNow();
        (row.Id, row.TokenHash, row.CreatedAt, row.ExpiresAt) = (Guid.CreateVersion7(now), Tokens.Hash(token), now, now + validity);
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        db.Invites.Add(row);
        await db.SaveChangesAsync(cancellation);
        return new CreatedInvite(Shown(row), token);
    }

    /// <summary>What a link opens; null when it is unknown, used, withdrawn or expired. Looking does not use it up.</summary>
    public async Task<Invite?> FindInviteAsync(string token, InviteKind kind, CancellationToken cancellation = default)
    {
        byte[] hash = Tokens.Hash(token);
        DateTimeOffset now = clock.GetUtcNow();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        InviteRow? row = await db.Invites.AsNoTracking()
            .SingleOrDefaultAsync(i => i.TokenHash == hash && i.Kind == kind && i.UsedAt == null && i.ExpiresAt > now, cancellation);
        return row is null ? null : Shown(row);
    }

    /// <summary>Uses a join link up and makes the user a member, both or neither. Null when the link does not work (any more).</summary>
    /// <remarks>Who is a member already keeps the role.</remarks>
    public async Task<Invite?> JoinAsync(string token, Guid userId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        Invite? invite = await UseAsync(db, token, InviteKind.Join, cancellation);
        if (invite is null) return null;
        if (!await db.Memberships.AnyAsync(m => m.WorkspaceId == invite.WorkspaceId && m.UserId == userId, cancellation))
            db.Memberships.Add(new Membership { WorkspaceId = invite.WorkspaceId, UserId = userId, Role = invite.Role, CreatedAt = clock.GetUtcNow() });
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return invite;
    }

    /// <summary>Uses a reset link up; the caller then sets the password. Null when the link does not work (any more).</summary>
    public async Task<Invite?> UseResetAsync(string token, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await UseAsync(db, token, InviteKind.ResetPassword, cancellation);
    }

    private async Task<Invite?> UseAsync(DesignerDb db, string token, InviteKind kind, CancellationToken cancellation)
    {
        byte[] hash = Tokens.Hash(token);
        DateTimeOffset now = clock.GetUtcNow();
        int used = await db.Invites.Where(i => i.TokenHash == hash && i.Kind == kind && i.UsedAt == null && i.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.UsedAt, now), cancellation);
        return used == 0 ? null : Shown(await db.Invites.AsNoTracking().SingleAsync(i => i.TokenHash == hash, cancellation));
    }

    /// <summary>Join links that still work, newest first.</summary>
    public async Task<IReadOnlyList<Invite>> InvitesAsync(Guid workspaceId, CancellationToken cancellation = default)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<InviteRow> rows = await db.Invites.AsNoTracking()
            .Where(i => i.WorkspaceId == workspaceId && i.Kind == InviteKind.Join && i.UsedAt == null && i.ExpiresAt > now)
            .OrderByDescending(i => i.CreatedAt).ToListAsync(cancellation);
        return rows.ConvertAll(Shown);
    }

    /// <summary>The link stops working. False when it did not work any more.</summary>
    public async Task<bool> WithdrawInviteAsync(Guid workspaceId, Guid inviteId, CancellationToken cancellation = default)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Invites.Where(i => i.WorkspaceId == workspaceId && i.Id == inviteId && i.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.UsedAt, now), cancellation) > 0;
    }

    private static Invite Shown(InviteRow i) => new(i.Id, i.WorkspaceId, i.Kind, i.Email, i.Role, i.UserId, i.CreatedBy, i.CreatedAt, i.ExpiresAt);
}
