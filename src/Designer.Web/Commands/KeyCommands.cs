using System.CommandLine;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Commands;

/// <summary><c>key</c>: API keys, each of which opens one flow.</summary>
internal static class KeyCommands
{
    private static readonly Option<string> s_flow = new("--flow") { Required = true, HelpName = "SLUG", Description = "The flow that the key opens" };
    private static readonly Option<string?> s_onlyFlow = new("--flow") { HelpName = "SLUG", Description = "The keys of this flow only" };
    private static readonly Option<string> s_name = new("--name") { HelpName = "NAME", Description = "What the key is for", DefaultValueFactory = _ => "command line" };
    private static readonly Option<bool> s_approve = new("--approve") { Description = "It may also answer steps that wait for a person" };
    private static readonly Option<string?> s_expires = new("--expires") { HelpName = "SPAN", Description = "When it stops working, e.g. 30d. Default: never" };
    private static readonly Argument<string> s_key = new("KEY") { Description = "The key's id, or its first characters as \"key list\" shows them" };

    public static Command Create() => new("key", "API keys. Each opens the endpoint of one flow.")
    {
        new Command("create", "Make a key and print it. It is shown this once; only its hash is kept.") { s_flow, s_name, s_approve, s_expires }.Does(CreateAsync),
        new Command("list", "The keys of the workspace, newest first.") { s_onlyFlow }.Does(ListAsync),
        new Command("revoke", "Revoke a key. Running servers refuse it within seconds.") { s_key }.Does(RevokeAsync),
    };

    private static async Task CreateAsync(Session session)
    {
        DateTimeOffset? expires = session.Value(s_expires) is { } span ? TimeProvider.System.GetUtcNow() + Times.Span(span, "--expires") : null;
        SignedInMember by = await session.MemberAsync();
        FlowDraft flow = await FlowFinder.StoredAsync(session, by, session.Value(s_flow)!);
        CreatedApiKey made = await (await session.GetAsync<ApiKeyStore>()).CreateAsync(by.WorkspaceId, flow.Id, session.Value(s_name)!, session.Value(s_approve), by.Author, expires, session.Stop)
            ?? throw new CommandFailure($"The flow {flow.Slug} was deleted.");
        if (session.WantsJson) session.Terminal.Json(new { key = made.Text, id = made.Key.Id, flow = flow.Slug, name = made.Key.Name, canApprove = made.Key.CanApprove, expiresAt = made.Key.ExpiresAt });
        else session.Terminal.Line(made.Text);
        if (flow.LatestVersion is null) session.Terminal.Note($"{flow.Slug} is not published yet, so the key opens nothing until \"flow publish {flow.Slug}\".");
    }

    private static async Task ListAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        FlowDraft? only = session.Value(s_onlyFlow) is { } slug ? await FlowFinder.StoredAsync(session, by, slug) : null;
        IReadOnlyList<ApiKey> keys = await (await session.GetAsync<ApiKeyStore>()).ListAsync(by.WorkspaceId, only?.Id, session.Stop);
        Dictionary<Guid, string> slugs = (await (await session.GetAsync<FlowStore>()).ListAsync(by.WorkspaceId, take: 10_000, cancellation: session.Stop)).Flows.ToDictionary(f => f.Id, f => f.Slug);
        if (session.WantsJson)
            session.Terminal.Json(keys.Select(k => new
            {
                id = k.Id,
                prefix = k.Prefix,
                name = k.Name,
                flow = slugs.GetValueOrDefault(k.FlowId),
                canApprove = k.CanApprove,
                state = State(k),
                createdBy = k.CreatedBy,
                createdAt = k.CreatedAt,
                expiresAt = k.ExpiresAt,
                lastUsedAt = k.LastUsedAt,
            }));
        else
            session.Terminal.Table(["Key", "Name", "Flow", "May", "State", "Made", "Last used"], keys.Select(k => (string[])
                [k.Prefix + "…", k.Name, slugs.GetValueOrDefault(k.FlowId, "(deleted)"), k.CanApprove ? "run, approve" : "run", State(k), Times.Day(k.CreatedAt), k.LastUsedAt is { } used ? Times.Minute(used) : "never"]));
    }

    private static string State(ApiKey key) => key switch
    {
        { RevokedAt: not null } => "revoked",
        { ExpiresAt: { } end } when end <= TimeProvider.System.GetUtcNow() => "expired",
        { ExpiresAt: { } end } => $"until {Times.Day(end)}",
        _ => "works",
    };

    private static async Task RevokeAsync(Session session)
    {
        string wanted = session.Value(s_key).TrimEnd('…');
        SignedInMember by = await session.MemberAsync();
        ApiKeyStore store = await session.GetAsync<ApiKeyStore>();
        // A whole key works too: whoever has it may take it out of the world.
        ApiKey[] found = [.. (await store.ListAsync(by.WorkspaceId, cancellation: session.Stop)).Where(k => k.Id.ToString() == wanted
            || (wanted.Length > ApiKeyStore.Prefix.Length && k.Prefix.StartsWith(wanted, StringComparison.Ordinal)) || wanted.StartsWith(k.Prefix, StringComparison.Ordinal))];
        ApiKey key = found switch
        {
            [] => throw new CommandFailure($"There is no key \"{wanted}\". \"key list\" shows all."),
            [{ } only] => only,
            _ => throw new CommandFailure($"{found.Length} keys begin with \"{wanted}\". Use the id that \"key list --json\" shows."),
        };
        if (!await store.RevokeAsync(by.WorkspaceId, key.Id, session.Stop)) throw new CommandFailure($"The key {key.Prefix}… was revoked before.");
        if (session.WantsJson) session.Terminal.Json(new { id = key.Id, prefix = key.Prefix, state = "revoked" });
        else session.Terminal.Line($"Revoked {key.Prefix}… ({key.Name}).");
    }
}
