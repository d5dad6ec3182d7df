using System.CommandLine;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Credentials;

namespace Designer.Web.Commands;

/// <summary><c>credential</c>: secrets that flows use through a slot.</summary>
internal static class CredentialCommands
{
    private static readonly Argument<string> s_name = new("NAME") { Description = "The name that flows bind to, e.g. crm" };
    private static readonly Option<string?> s_description = new("--description") { HelpName = "TEXT", Description = "What it is for" };
    private static readonly Option<bool> s_replace = new("--replace") { Description = "Give a known credential a new secret" };

    public static Command Create() => new("credential", "Secrets that flows use to call other systems. They are kept encrypted and never shown.")
    {
        new Command("add", "Store a secret; it is read from standard input.") { s_name, s_description, s_replace }.Does(AddAsync),
        new Command("list", "The credentials of the workspace, without their secrets.").Does(ListAsync),
        new Command("remove", "Forget a credential and its secret.") { s_name }.Does(RemoveAsync),
    };

    private static async Task AddAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        CredentialStore store = await session.GetAsync<CredentialStore>();
        string name = session.Value(s_name);
        Credential? known = await FindAsync(session, store, by, name);
        if (known is not null && !session.Value(s_replace)) throw new CommandFailure($"There is a credential named \"{name}\" already. --replace gives it a new secret.");
        if (known is null && session.Value(s_replace)) throw Unknown(name);
        CredentialForm form = new()
        {
            Name = name,
            Description = session.Value(s_description) ?? known?.Description ?? "",
            Secret = Terminal.CanAsk ? await session.Terminal.SecretAsync("Secret", session.Stop) : await session.Terminal.ReadAllAsync(CredentialForm.LongestSecret, session.Stop),
        };
        if (form.Problems() is [{ } problem, ..]) throw new CommandFailure(problem);
        Credential saved = await store.SaveAsync(by.WorkspaceId, name, CredentialForm.Clean(form.Secret), form.Description is { Length: > 0 } text ? text : null, by.Author, session.Stop);
        if (session.WantsJson) session.Terminal.Json(Shown(saved));
        else session.Terminal.Line($"Stored {saved.Name}. Bind it: --slot NAME={saved.Name}");
    }

    private static async Task ListAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        IReadOnlyList<Credential> all = await (await session.GetAsync<CredentialStore>()).ListAsync(by.WorkspaceId, session.Stop);
        if (session.WantsJson) session.Terminal.Json(all.Select(Shown));
        else session.Terminal.Table(["Name", "By", "Entered", "For"], all.Select(c => (string[])[c.Name, c.CreatedBy, Times.Day(c.UpdatedAt), c.Description ?? ""]));
    }

    private static async Task RemoveAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        CredentialStore store = await session.GetAsync<CredentialStore>();
        string name = session.Value(s_name);
        Credential known = await FindAsync(session, store, by, name) ?? throw Unknown(name);
        await store.DeleteAsync(by.WorkspaceId, known.Id, session.Stop);
        if (session.WantsJson) session.Terminal.Json(new { name, removed = true });
        else session.Terminal.Line($"Removed {name}.");
    }

    private static async Task<Credential?> FindAsync(Session session, CredentialStore store, SignedInMember by, string name) =>
        (await store.ListAsync(by.WorkspaceId, session.Stop)).FirstOrDefault(c => c.Name == name);

    private static CommandFailure Unknown(string name) => new($"There is no credential \"{name}\". \"credential list\" shows all.");

    private static object Shown(Credential c) => new { name = c.Name, description = c.Description, createdBy = c.CreatedBy, updatedAt = c.UpdatedAt };
}
