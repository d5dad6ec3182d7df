using System.CommandLine;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Templates;
using Microsoft.AspNetCore.Identity;

namespace Designer.Web.Commands;

/// <summary><c>user</c>: people who can sign in.</summary>
internal static class UserCommands
{
    private static readonly string[] s_roles = [.. Enum.GetValues<Role>().Select(Permissions.NameOf)];
    private static readonly Argument<string> s_email = new("EMAIL") { Description = "The e-mail address they sign in with" };
    private static readonly Option<string> s_role = new Option<string>("--role") { Required = true, HelpName = string.Join('|', s_roles), Description = "What they may do" }.AcceptOnlyFromAmong(s_roles);
    private static readonly Option<string?> s_name = new("--name") { HelpName = "NAME", Description = "How they are shown. Default: the address up to the @" };

    public static Command Create() => new("user", "People who can sign in to the web app.")
    {
        new Command("add", "Add a person; the password is the first line of standard input. The first one must be an owner and gets the workspace.") { s_email, s_role, s_name }.Does(AddAsync),
        new Command("list", "The members of the workspace and their roles.").Does(ListAsync),
    };

    private static async Task AddAsync(Session session)
    {
        string email = session.Value(s_email).Trim();
        Role role = Enum.Parse<Role>(session.Value(s_role)!, ignoreCase: true);
        string password = await session.Terminal.SecretAsync("Password", session.Stop);
        PersonForm person = new(email, session.Value(s_name) ?? email.Split('@')[0], password);
        if (person.Problems() is [{ } problem, ..]) throw new CommandFailure(problem);

        await using AsyncServiceScope scope = await session.Host.ScopeAsync(session.Stop);
        UserManager<User> users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        MemberStore members = scope.ServiceProvider.GetRequiredService<MemberStore>();
        bool isFirst = !await members.AnyMemberAsync(session.Stop);
        if (isFirst && role != Role.Owner) throw new CommandFailure("The first person must be an owner: use --role owner.");
        SignedInMember? by = isFirst ? null : await session.MemberAsync();
        User user = await MakeAsync(users, person);
        SignedInMember member;
        try
        {
            member = isFirst ? await OwnAsync(members, user, session.Stop) : await JoinAsync(members, by!, user, role, session.Stop);
        }
        catch
        {
            // Nobody may be left behind who can sign in and belongs nowhere.
            await users.DeleteAsync(user);
            throw;
        }
        if (isFirst) await scope.ServiceProvider.GetRequiredService<FlowFromTemplate>().WelcomeAsync(member, session.Stop);
        Show(session, member);
    }

    private static async Task<User> MakeAsync(UserManager<User> users, PersonForm person)
    {
        if (await users.FindByEmailAsync(person.Address) is not null) throw new CommandFailure($"{person.Address} has an account already.");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        User user = new() { Id = Guid.CreateVersion7(now), UserName = person.Address, Email = person.Address, DisplayName = person.Name!.Trim(), CreatedAt = now };
        IdentityResult created = await users.CreateAsync(user, person.Password!);
        return created.Succeeded ? user : throw new CommandFailure(string.Join(' ', created.Errors.Select(e => e.Description)));
    }

    private static async Task<SignedInMember> OwnAsync(MemberStore members, User user, CancellationToken stop)
    {
        Workspace workspace = await members.CreateFirstWorkspaceAsync($"{user.DisplayName}'s workspace", user.Id, stop)
            ?? throw new CommandFailure("Somebody else was set up at this moment. Try again.");
        return new SignedInMember(user.Id, user.DisplayName, user.Email!, workspace.Id, workspace.Name, Role.Owner);
    }

    private static async Task<SignedInMember> JoinAsync(MemberStore members, SignedInMember by, User user, Role role, CancellationToken stop)
    {
        await members.AddAsync(by.WorkspaceId, user.Id, role, stop);
        return new SignedInMember(user.Id, user.DisplayName, user.Email!, by.WorkspaceId, by.WorkspaceName, role);
    }

    private static void Show(Session session, SignedInMember member)
    {
        if (session.WantsJson) session.Terminal.Json(new { id = member.UserId, email = member.Email, name = member.Name, role = Permissions.NameOf(member.Role), workspace = member.WorkspaceName });
        else session.Terminal.Line($"{member.Email} is {(member.Role is Role.Owner or Role.Editor or Role.Operator ? "an" : "a")} {Permissions.NameOf(member.Role)} of \"{member.WorkspaceName}\".");
    }

    private static async Task ListAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        IReadOnlyList<Designer.Storage.Member> all = await (await session.GetAsync<MemberStore>()).ListAsync(by.WorkspaceId, session.Stop);
        if (session.WantsJson) session.Terminal.Json(all.Select(m => new { id = m.UserId, email = m.Email, name = m.DisplayName, role = Permissions.NameOf(m.Role), joinedAt = m.JoinedAt }));
        else session.Terminal.Table(["E-mail", "Name", "Role", "Since"], all.Select(m => (string[])[m.Email, m.DisplayName, Permissions.NameOf(m.Role), Times.Day(m.JoinedAt)]));
    }
}
