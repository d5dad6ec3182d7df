using Designer.Storage;
using Microsoft.AspNetCore.Identity;

namespace Designer.Web.Features.Access;

/// <summary>What came of an attempt: nothing to say, or what the person should change.</summary>
public sealed record Outcome(IReadOnlyList<string> Problems)
{
    public static readonly Outcome Done = new([]);
    public bool IsDone => Problems.Count == 0;
    public static Outcome Because(params string[] problems) => new(problems);
    internal static Outcome Of(IdentityResult result) => result.Succeeded ? Done : new([.. result.Errors.Select(e => e.Description)]);
}

/// <summary>What a link that works once offers.</summary>
/// <param name="Person">The e-mail address it is for, where it says so.</param>
public sealed record OpenLink(string Workspace, Role Role, string? Person);

/// <summary>People and their way in: the first owner, sign-in, invitations, new passwords.</summary>
public sealed class Accounts(UserManager<User> users, SignInManager<User> signIn, MemberStore members, SettingStore settings, SetupCode setup, TimeProvider time)
{
    private static string DeadInvite => L["This invitation was used already or is too old. Ask for a new one."];
    private static string DeadReset => L["This link was used already or is too old. Ask an owner for a new one."];

    /// <summary>False on a fresh data folder.</summary>
    public Task<bool> AnyAsync() => members.AnyMemberAsync();

    /// <summary>Makes the first owner with the one-time code, and the workspace. Refuses everybody once there is a member.</summary>
    public async Task<(Outcome Outcome, SignedInMember? Owner)> SetUpAsync(string code, PersonForm person, string workspaceName)
    {
        var refused = Outcome.Because(L["The code is wrong or no longer works. Restart Designer to print a new one."]);
        if (await AnyAsync() || !setup.TryTake(code)) return (refused, null);
        // A set-up that was cut off may have left its user behind.
        if (await users.FindByEmailAsync(person.Address) is { } leftover) await users.DeleteAsync(leftover);
        User user = NewUser(person);
        IdentityResult created = await users.CreateAsync(user, person.Password!);
        if (!created.Succeeded)
        {
            setup.GiveBack(code);
            return (Outcome.Of(created), null);
        }
        if (await members.CreateFirstWorkspaceAsync(workspaceName.Trim(), user.Id) is not { } workspace)
        {
            await users.DeleteAsync(user);
            return (refused, null);
        }
        await signIn.SignInAsync(user, isPersistent: true);
        return (Outcome.Done, new SignedInMember(user.Id, user.DisplayName, user.Email!, workspace.Id, workspace.Name, Role.Owner));
    }

    /// <summary>Signs in. Takes the same time and says the same whether the person exists, is locked out or mistyped.</summary>
    public async Task<bool> SignInAsync(string email, string password, bool keep)
    {
        string decoy = Decoy(users.PasswordHasher);
        if (await users.FindByEmailAsync(email.Trim()) is { } user && !await users.IsLockedOutAsync(user))
            return (await signIn.PasswordSignInAsync(user, password, keep, lockoutOnFailure: true)).Succeeded;
        users.PasswordHasher.VerifyHashedPassword(new User(), decoy, password);
        return false;
    }

    /// <summary>The link as the page behind it needs it, or null when it never existed, was used or is too old.</summary>
    public async Task<OpenLink?> FindLinkAsync(string token, InviteKind kind)
    {
        if (await members.FindInviteAsync(token, kind) is not { } invite) return null;
        Workspace? workspace = (await members.WorkspacesAsync()).FirstOrDefault(w => w.Id == invite.WorkspaceId);
        string? person = invite.UserId is { } id ? (await users.FindByIdAsync(id.ToString()))?.Email : invite.Email;
        return workspace is null ? null : new OpenLink(workspace.Name, invite.Role, person);
    }

    /// <summary>Joins the workspace of an invitation. Somebody who has an account proves it with its password instead of choosing one.</summary>
    public async Task<Outcome> JoinAsync(string token, PersonForm person)
    {
        if (await FindLinkAsync(token, InviteKind.Join) is not { } link) return Outcome.Because(DeadInvite);
        if (link.Person is { } meant && !string.Equals(meant, person.Address, StringComparison.OrdinalIgnoreCase))
            return Outcome.Because(L["This invitation is for another e-mail address."]);
        User? known = await users.FindByEmailAsync(person.Address);
        if (known is not null && !(await signIn.CheckPasswordSignInAsync(known, person.Password!, lockoutOnFailure: true)).Succeeded)
            return Outcome.Because(L["There is an account with this e-mail address. Enter its password to join with it."]);

        User user = known ?? NewUser(person);
        if (known is null)
        {
            IdentityResult created = await users.CreateAsync(user, person.Password!);
            if (!created.Succeeded) return Outcome.Of(created);
        }
        // Of two people with the same link one gets here in vain, and leaves no account behind.
        if (await members.JoinAsync(token, user.Id) is not { } joined)
        {
            if (known is null) await users.DeleteAsync(user);
            return Outcome.Because(DeadInvite);
        }
        await settings.SetAsync(CurrentMember.ChoiceOf(user.Id), joined.WorkspaceId.ToString());
        await signIn.SignInAsync(user, isPersistent: true);
        return Outcome.Done;
    }

    /// <summary>Sets a new password by link; every session of the person ends.</summary>
    public async Task<Outcome> ResetAsync(string token, string password)
    {
        if (await members.FindInviteAsync(token, InviteKind.ResetPassword) is not { UserId: { } id } || await users.FindByIdAsync(id.ToString()) is not { } user)
            return Outcome.Because(DeadReset);
        // Checked before the link is used up, so that a weak password does not cost it.
        foreach (IPasswordValidator<User> validator in users.PasswordValidators)
            if (await validator.ValidateAsync(users, user, password) is { Succeeded: false } weak) return Outcome.Of(weak);
        if (await members.UseResetAsync(token) is null) return Outcome.Because(DeadReset);
        string proof = await users.GeneratePasswordResetTokenAsync(user);
        IdentityResult reset = await users.ResetPasswordAsync(user, proof, password);
        if (!reset.Succeeded) return Outcome.Of(reset);
        await users.ResetAccessFailedCountAsync(user);
        await users.SetLockoutEndDateAsync(user, null);
        return Outcome.Done;
    }

    /// <summary>Takes the person out of the workspace and ends their sessions. Their flows and runs stay.</summary>
    /// <exception cref="StorageConflictException"><c>member.lastOwner</c></exception>
    public async Task<bool> RemoveAsync(Guid workspaceId, Guid userId)
    {
        if (!await members.RemoveAsync(workspaceId, userId)) return false;
        if (await users.FindByIdAsync(userId.ToString()) is { } user) await users.UpdateSecurityStampAsync(user);
        return true;
    }

    private User NewUser(PersonForm person) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        UserName = person.Address,
        Email = person.Address,
        DisplayName = person.Name!.Trim(),
        CreatedAt = time.GetUtcNow(),
    };

    // Made by whoever comes first in a process, known or not.
    private static string? s_decoy;
    private static string Decoy(IPasswordHasher<User> hasher) => s_decoy ??= hasher.HashPassword(new User(), "nobody has this password");
}
