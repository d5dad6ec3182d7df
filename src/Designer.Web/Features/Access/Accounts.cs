using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Designer.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Designer.Web.Features.Access;

/// <summary>What came of an attempt: nothing to say, or what the person should change.</summary>
public sealed record Outcome(IReadOnlyList<string> Problems)
{
    public static readonly Outcome Done = new([]);
    public bool IsDone => Problems.Count == 0;
    public static Outcome Because(params string[] problems) => new(problems);
    internal static Outcome Of(IdentityResult result) => result.Succeeded ? Done : new([.. result.Errors.Select(e => e.Description)]);
}

/// <summary>People and their way in: the first owner, invitations, password links. Everything here happens whole or not at all.</summary>
public sealed class Accounts(DesignerDb db, UserManager<User> users, SignInManager<User> signIn, SetupCode setup, TimeProvider time)
{
    public const int LinkDays = 7;

    public Task<bool> AnyAsync() => db.Users.AnyAsync();

    /// <summary>Makes the first owner with the one-time code, and the workspace. Refuses everybody once a user exists.</summary>
    public async Task<(Outcome Outcome, Member? Member)> SetUpAsync(string code, string email, string name, string password, string workspaceName)
    {
        if (await AnyAsync() || !setup.TryTake(code)) return (Outcome.Because("The code is wrong or no longer works. Restart Designer to print a new one."), null);
        await using var transaction = await db.Database.BeginTransactionAsync();
        User user = NewUser(email, name);
        IdentityResult created = await users.CreateAsync(user, password);
        if (!created.Succeeded)
        {
            setup.GiveBack(code);
            return (Outcome.Of(created), null);
        }
        var workspace = new Workspace { Id = NewId(), Name = workspaceName.Trim(), CreatedAt = time.GetUtcNow() };
        db.Workspaces.Add(workspace);
        db.Memberships.Add(new Membership { WorkspaceId = workspace.Id, UserId = user.Id, Role = Role.Owner, CreatedAt = time.GetUtcNow() });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        await signIn.SignInAsync(user, isPersistent: true);
        return (Outcome.Done, new Member(user.Id, user.DisplayName, user.Email!, workspace.Id, workspace.Name, Role.Owner));
    }

    /// <summary>Signs in. Takes the same time and says the same whether the person exists, is locked out or mistyped.</summary>
    public async Task<bool> SignInAsync(string email, string password, bool keep)
    {
        User? user = await users.FindByEmailAsync(email.Trim());
        if (user is null)
        {
            users.PasswordHasher.VerifyHashedPassword(new User(), Decoy(users.PasswordHasher), password);
            return false;
        }
        SignInResult result = await signIn.PasswordSignInAsync(user, password, keep, lockoutOnFailure: true);
        return result.Succeeded;
    }

    /// <summary>Makes a link's token; only its hash is kept. The text is shown to the maker, once.</summary>
    public async Task<string> InviteAsync(Member by, Role role, string? email)
    {
        return await LinkAsync(by, InviteKind.Join, role, string.IsNullOrWhiteSpace(email) ? null : email.Trim(), null);
    }

    /// <summary>A link with which a member chooses a new password. Null when the person is not in the owner's workspace.</summary>
    public async Task<string?> ResetLinkAsync(Member by, Guid userId)
    {
        Membership? target = await db.Memberships.AsNoTracking().FirstOrDefaultAsync(m => m.WorkspaceId == by.WorkspaceId && m.UserId == userId);
        return target is null ? null : await LinkAsync(by, InviteKind.ResetPassword, target.Role, null, userId);
    }

    /// <summary>The link as the page behind it needs it, or null when it never existed, was used or is too old.</summary>
    public async Task<OpenLink?> FindLinkAsync(string token, InviteKind kind)
    {
        byte[] hash = Hash(token);
        DateTimeOffset now = time.GetUtcNow();
        InviteRow? row = await db.Invites.AsNoTracking().FirstOrDefaultAsync(i => i.TokenHash == hash && i.Kind == kind && i.UsedAt == null && i.ExpiresAt > now);
        if (row is null) return null;
        string workspace = await db.Workspaces.Where(w => w.Id == row.WorkspaceId).Select(w => w.Name).FirstAsync();
        string? person = row.UserId is { } id ? await db.Users.Where(u => u.Id == id).Select(u => u.Email).FirstOrDefaultAsync() : row.Email;
        return new OpenLink(workspace, row.Role, person);
    }

    /// <summary>Joins the workspace of an invitation. Somebody who has an account proves it with its password instead of choosing one.</summary>
    public async Task<Outcome> JoinAsync(string token, string email, string name, string password)
    {
        const string gone = "This invitation was used already or is too old. Ask for a new one.";
        if (await FindLinkAsync(token, InviteKind.Join) is not { } link) return Outcome.Because(gone);
        if (link.Person is { } meant && !string.Equals(meant, email.Trim(), StringComparison.OrdinalIgnoreCase))
            return Outcome.Because("This invitation is for another e-mail address.");
        User? user = await users.FindByEmailAsync(email.Trim());
        // Before the transaction, so that a wrong password counts although the invitation stays unused.
        if (user is not null && !(await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true)).Succeeded)
            return Outcome.Because("There is an account with this e-mail address. Enter its password to join with it.");

        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await UseAsync(token, InviteKind.Join) is not { } invite) return Outcome.Because(gone);
        if (user is null)
        {
            user = NewUser(email, name);
            IdentityResult created = await users.CreateAsync(user, password);
            if (!created.Succeeded) return Outcome.Of(created);
        }
        if (!await db.Memberships.AnyAsync(m => m.WorkspaceId == invite.WorkspaceId && m.UserId == user.Id))
            db.Memberships.Add(new Membership { WorkspaceId = invite.WorkspaceId, UserId = user.Id, Role = invite.Role, CreatedAt = time.GetUtcNow() });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        await signIn.SignInAsync(user, isPersistent: true);
        return Outcome.Done;
    }

    /// <summary>Sets a new password by link; every session of the person ends.</summary>
    public async Task<Outcome> ResetAsync(string token, string password)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await UseAsync(token, InviteKind.ResetPassword) is not { UserId: { } id } || await users.FindByIdAsync(id.ToString()) is not { } user)
            return Outcome.Because("This link was used already or is too old. Ask an owner for a new one.");
        string proof = await users.GeneratePasswordResetTokenAsync(user);
        IdentityResult reset = await users.ResetPasswordAsync(user, proof, password);
        if (!reset.Succeeded) return Outcome.Of(reset);
        await users.ResetAccessFailedCountAsync(user);
        await users.SetLockoutEndDateAsync(user, null);
        await transaction.CommitAsync();
        return Outcome.Done;
    }

    private async Task<string> LinkAsync(Member by, InviteKind kind, Role role, string? email, Guid? userId)
    {
        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        DateTimeOffset now = time.GetUtcNow();
        db.Invites.Add(new InviteRow
        {
            Id = NewId(), WorkspaceId = by.WorkspaceId, Kind = kind, Role = role, Email = email, UserId = userId,
            TokenHash = Hash(token), CreatedBy = by.Author, CreatedAt = now, ExpiresAt = now.AddDays(LinkDays),
        });
        await db.SaveChangesAsync();
        return token;
    }

    // The update is the lock: of two people with the same link, one changes a row and the other none.
    private async Task<InviteRow?> UseAsync(string token, InviteKind kind)
    {
        byte[] hash = Hash(token);
        DateTimeOffset now = time.GetUtcNow();
        int used = await db.Invites.Where(i => i.TokenHash == hash && i.Kind == kind && i.UsedAt == null && i.ExpiresAt > now)
            .ExecuteUpdateAsync(change => change.SetProperty(i => i.UsedAt, now));
        return used == 0 ? null : await db.Invites.AsNoTracking().FirstAsync(i => i.TokenHash == hash);
    }

    private User NewUser(string email, string name) => new()
    {
        Id = NewId(), UserName = email.Trim(), Email = email.Trim(), DisplayName = name.Trim(), CreatedAt = time.GetUtcNow(),
    };

    private Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());
    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static string? s_decoy;
    private static string Decoy(IPasswordHasher<User> hasher) => s_decoy ??= hasher.HashPassword(new User(), "nobody has this password");
}

/// <summary>What a link that works once offers. <paramref name="Person"/>: whom it is for, where it says so.</summary>
public sealed record OpenLink(string Workspace, Role Role, string? Person);
