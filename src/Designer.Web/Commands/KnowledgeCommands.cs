using System.CommandLine;
using Designer.Flows;
using Designer.Knowledge;
using Designer.Web.Features.Access;
using Designer.Web.Features.Knowledge;

namespace Designer.Web.Commands;

/// <summary><c>kb</c>: knowledge bases.</summary>
internal static class KnowledgeCommands
{
    private static readonly Argument<string> s_name = new("NAME") { Description = "The knowledge base's name or slug" };
    private static readonly Argument<string[]> s_paths = new("PATH") { Arity = ArgumentArity.OneOrMore, Description = "Markdown and text files, or folders of them" };
    private static readonly Argument<string> s_query = new("QUERY") { Description = "A question, or words" };
    private static readonly Option<int> s_top = new("--top") { HelpName = "N", Description = "How many results, at most 100", DefaultValueFactory = _ => 5 };

    public static Command Create() => new("kb", "Knowledge bases: documents that flows can search.")
    {
        new Command("create", "Make an empty knowledge base.") { s_name }.Does(CreateAsync),
        new Command("list", "The knowledge bases of the workspace.").Does(ListAsync),
        new Command("add", "Add documents. One with the same name is replaced.") { s_name, s_paths }.Does(AddAsync),
        new Command("search", "Show the passages that answer a question best.") { s_name, s_query, s_top }.Does(SearchAsync),
    };

    private static async Task CreateAsync(Session session)
    {
        string name = session.Value(s_name);
        if (string.IsNullOrWhiteSpace(name)) throw new CommandFailure("A knowledge base needs a name.");
        SignedInMember by = await session.MemberAsync();
        KnowledgeBases bases = await session.GetAsync<KnowledgeBases>();
        if (await bases.FindAsync(by.WorkspaceId, name, session.Stop) is { } known) throw new CommandFailure($"There is a knowledge base \"{known.Name}\" already.");
        KnowledgeBase made;
        try
        {
            made = await bases.CreateAsync(by, name, session.Stop);
        }
        catch (ArgumentException)
        {
            throw new CommandFailure("A knowledge base needs a name that can be seen.");
        }
        if (session.WantsJson) session.Terminal.Json(new { id = made.Id, name = made.Name, slug = made.Slug });
        else session.Terminal.Line($"Made {made.Slug}.");
    }

    private static async Task ListAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        KnowledgeIndex index = await session.GetAsync<KnowledgeIndex>();
        List<(KnowledgeBase Base, KnowledgeSummary Summary)> all = [];
        foreach (KnowledgeBase one in await (await session.GetAsync<IKnowledgeStore>()).ListAsync(by.WorkspaceId, session.Stop)) all.Add((one, await index.SummaryAsync(one, session.Stop)));
        if (session.WantsJson) session.Terminal.Json(all.Select(k => new { id = k.Base.Id, name = k.Base.Name, slug = k.Base.Slug, documents = k.Summary.Documents, chunks = k.Summary.Chunks, createdAt = k.Base.CreatedAt }));
        else session.Terminal.Table(["Slug", "Name", "Documents", "Chunks", "Made"], all.Select(k => (string[])[k.Base.Slug, k.Base.Name, $"{k.Summary.Documents}", $"{k.Summary.Chunks}", Times.Day(k.Base.CreatedAt)]));
    }

    private static async Task<int> AddAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        KnowledgeBase target = await FindAsync(session, by);
        KnowledgeFiles files = new(await session.GetAsync<KnowledgeIndex>());
        List<FileResult> results = [];
        foreach (string path in session.Value(s_paths)) results.AddRange(await files.AddAsync(target, path, session.Stop));
        FileResult[] refused = [.. results.Where(r => r.Refusal is not null)];
        if (session.WantsJson)
            session.Terminal.Json(results.Select(r => new { path = r.Path, outcome = r.Result?.Outcome, chunks = r.Result?.Chunks, code = r.Refusal?.Code, error = r.Refusal?.Message }));
        else
            foreach (FileResult one in results)
                session.Terminal.Line($"{one.Result?.Outcome.ToString().ToLowerInvariant() ?? "refused",-9}  {PlainText.OneLine(one.Path)}{(one.Result is { } added ? $" ({added.Chunks} chunks)" : $": {one.Refusal!.Message}")}");
        if (results.Count == 0) throw new CommandFailure("There are no Markdown or text files there.");
        if (refused.Length > 0) throw new CommandFailure($"{refused.Length} of {results.Count} files were refused; the first is {refused[0].Path}: {refused[0].Refusal!.Message}");
        return ExitCode.Done;
    }

    private static async Task SearchAsync(Session session)
    {
        int top = session.Value(s_top);
        if (top is < 1 or > 100) throw new CommandFailure("--top must be between 1 and 100.", ExitCode.Usage);
        SignedInMember by = await session.MemberAsync();
        KnowledgeBase target = await FindAsync(session, by);
        IReadOnlyList<Chunk> found = await (await session.GetAsync<KnowledgeIndex>()).SearchAsync(target, session.Value(s_query), top, session.Stop);
        if (session.WantsJson)
        {
            session.Terminal.Json(found);
            return;
        }
        if (found.Count == 0) session.Terminal.Note("Nothing was found.");
        foreach ((int n, Chunk chunk) in found.Index())
        {
            session.Terminal.Line(PlainText.OneLine($"{n + 1}. {chunk.Title} (score {chunk.Score:0.00}, {chunk.Metadata?.GetValueOrDefault("source")})"));
            session.Terminal.Line($"   {PlainText.OneLine(chunk.Text, 300)}");
        }
    }

    private static async Task<KnowledgeBase> FindAsync(Session session, SignedInMember by) =>
        await (await session.GetAsync<IKnowledgeStore>()).FindAsync(by.WorkspaceId, session.Value(s_name), session.Stop)
            ?? throw new CommandFailure($"There is no knowledge base \"{session.Value(s_name)}\". \"kb list\" shows all, \"kb create\" makes one.");
}
