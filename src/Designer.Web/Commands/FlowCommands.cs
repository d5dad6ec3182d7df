using System.CommandLine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;
using Designer.Web.Features.Models.Folders;

namespace Designer.Web.Commands;

/// <summary><c>flow</c>: flows in the data folder and in files. <see cref="FlowRunCommand"/> runs them.</summary>
internal static class FlowCommands
{
    private static readonly Argument<string> s_flow = new("FILE_OR_SLUG") { Description = "A .flow.json file, or the flow's slug" };
    private static readonly Argument<string> s_stored = new("SLUG") { Description = "The flow's slug" };
    private static readonly Argument<string> s_file = new("FILE") { Description = "A .flow.json file" };
    private static readonly Option<string?> s_slug = new("--slug") { HelpName = "SLUG", Description = "Its short name in addresses. Default: made from the flow's name" };
    private static readonly Option<string[]> s_slots = SharedOptions.Slots("Bind a slot; a knowledge base may be named by a folder or file. Repeat it for each slot");
    private static readonly Option<string?> s_output = new("--output", "-o") { HelpName = "FILE", Description = "Write here. Default: standard output" };
    private static readonly Option<int?> s_version = new("--version") { HelpName = "N", Description = "This version instead of the draft" };
    private static readonly Option<string?> s_notes = new("--notes") { HelpName = "TEXT", Description = "What changed" };

    public static Command Create() => new("flow", "Flows: list, check, run, share, publish.")
    {
        new Command("list", "The flows of the workspace, last changed first.").Does(ListAsync),
        new Command("check", "Print everything that is wrong with a flow. Exit code 1 when there are errors.") { s_flow, s_slots }.Does(CheckAsync),
        FlowRunCommand.Create(),
        new Command("import", "Make a new flow from a file.") { s_file, s_slug, s_slots }.Does(ImportAsync),
        new Command("export", "Write a flow's document. It holds neither bindings nor keys.") { s_stored, s_output, s_version }.Does(ExportAsync),
        new Command("publish", "Freeze the draft as the next version and print its number. A file is put into the draft first, or becomes a new flow.") { s_flow, s_slots, s_notes }.Does(PublishAsync),
    };

    private static async Task ListAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        IReadOnlyList<FlowSummary> flows = (await (await session.GetAsync<FlowStore>()).ListAsync(by.WorkspaceId, take: 10_000, cancellation: session.Stop)).Flows;
        if (session.WantsJson)
            session.Terminal.Json(flows.Select(f => new { id = f.Id, slug = f.Slug, name = f.Name, description = f.Description, version = f.LatestVersion, hasChanges = f.HasChanges, keys = f.Keys, updatedAt = f.UpdatedAt }));
        else
            session.Terminal.Table(["Slug", "Name", "Version", "Draft", "Keys", "Changed"], flows.Select(f => (string[])
                [f.Slug, f.Name, f.LatestVersion is { } version ? $"{version}" : "-", f.HasChanges ? "changed" : "same", $"{f.Keys}", Times.Minute(f.UpdatedAt)]));
    }

    private static async Task<int> CheckAsync(Session session)
    {
        string text = session.Value(s_flow);
        string[] slots = session.Value(s_slots)!;
        IReadOnlyList<Problem> problems;
        // A file alone needs no data folder, so that a checkout can be checked anywhere.
        if (FlowFinder.IsFile(text) && slots.Length == 0) problems = CheckFile(session, text);
        else
        {
            SignedInMember by = await session.MemberAsync();
            FoundFlow flow = await FlowFinder.FindAsync(session, by, text);
            Dictionary<string, string> bindings = await SlotValues.BindAsync(session, by, flow.Document, flow.Bindings, slots);
            // A folder may stand for a knowledge base here, which the workspace does not know.
            CheckContext context = await (await session.GetAsync<SlotChoices>()).ContextAsync(by.WorkspaceId, bindings, session.Stop) with { KnownBindings = null };
            Problem? memory = await (await session.GetAsync<MemoryCheck>()).NoteAsync(by.WorkspaceId, flow.Document, bindings, session.Stop);
            problems = [.. FlowChecker.Check(flow.Document, session.Host.Pure<INodeTypes>(), context), .. memory is null ? (Problem[])[] : [memory]];
        }
        int errors = problems.Count(p => p.Severity == ProblemSeverity.Error), warnings = problems.Count(p => p.Severity == ProblemSeverity.Warning);
        if (session.WantsJson) session.Terminal.Json(problems);
        else
            foreach (Problem problem in problems)
                session.Terminal.Line(PlainText.OneLine($"{problem.Severity.ToString().ToLowerInvariant()}  {problem.Message} ({Reasons.Place(problem)}){(problem.Fix is { } fix ? $" {fix}" : "")}"));
        if (errors > 0) throw new CommandFailure($"{text} has {errors} {(errors == 1 ? "error" : "errors")}.");
        if (!session.WantsJson) session.Terminal.Note(warnings == 0 ? "No problems." : $"No errors, {warnings} {(warnings == 1 ? "warning" : "warnings")}.");
        return ExitCode.Done;
    }

    private static IReadOnlyList<Problem> CheckFile(Session session, string path)
    {
        try
        {
            return FlowChecker.Check(FlowFinder.Read(path), session.Host.Pure<INodeTypes>());
        }
        catch (FlowFormatException unreadable)
        {
            return unreadable.Problems;
        }
    }

    private static async Task ImportAsync(Session session)
    {
        string path = session.Value(s_file);
        FlowDocument document = FlowFinder.Read(path);
        SignedInMember by = await session.MemberAsync();
        FlowStore store = await session.GetAsync<FlowStore>();
        string? slug = session.Value(s_slug);
        if (slug is not null && !Slug.IsValid(slug)) throw new CommandFailure($"\"{slug}\" is no slug: use lower-case letters, digits and single hyphens.", ExitCode.Usage);
        if (slug is not null && await store.FindAsync(by.WorkspaceId, slug, session.Stop) is not null) throw new CommandFailure($"There is a flow \"{slug}\" already.");
        Dictionary<string, string> bindings = await SlotValues.BindAsync(session, by, document, new Dictionary<string, string>(), session.Value(s_slots)!);
        FlowDraft made = await CreateAsync(session, store, by, document, slug, bindings);
        KeyValuePair<string, FlowSlot>[] open = [.. SlotValues.Open(document, bindings)];
        if (session.WantsJson) session.Terminal.Json(new { id = made.Id, slug = made.Slug, name = made.Name, openSlots = open.ToDictionary(s => s.Key, s => s.Value.Kind) });
        else session.Terminal.Line(made.Slug);
        foreach ((string name, FlowSlot need) in open) session.Terminal.Note(SlotValues.Hint(name, need));
    }

    // The document keeps its id, so that the file finds its flow again, unless another flow has that id.
    private static async Task<FlowDraft> CreateAsync(Session session, FlowStore store, SignedInMember by, FlowDocument document, string? slug, IReadOnlyDictionary<string, string> bindings)
    {
        try
        {
            return await store.CreateAsync(by.WorkspaceId, New(document), by.Author, session.Stop);
        }
        catch (StorageConflictException taken) when (taken.Code == "flow.exists")
        {
            return await store.CreateAsync(by.WorkspaceId, New(document with { Id = Guid.CreateVersion7() }), by.Author, session.Stop);
        }

        NewFlow New(FlowDocument own) =>
            new(own.Id, own.Name.Length > 0 ? own.Name : "Flow", own.Description, FlowJson.Write(own), slug) { Bindings = bindings };
    }

    private static async Task ExportAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        FlowDraft draft = await FlowFinder.StoredAsync(session, by, session.Value(s_stored));
        ReadOnlyMemory<byte> document = draft.Document;
        if (session.Value(s_version) is { } number)
            document = (await (await session.GetAsync<FlowStore>()).FindVersionAsync(by.WorkspaceId, draft.Id, number, session.Stop))?.Document
                ?? throw new CommandFailure($"The flow {draft.Slug} has no version {number}.");
        if (session.Value(s_output) is not { } path)
        {
            session.Terminal.Document(document);
            return;
        }
        await File.WriteAllBytesAsync(path, document, session.Stop);
        if (session.WantsJson) session.Terminal.Json(new { slug = draft.Slug, file = Path.GetFullPath(path) });
        else session.Terminal.Note($"Wrote {path}.");
    }

    private static async Task PublishAsync(Session session)
    {
        string text = session.Value(s_flow);
        SignedInMember by = await session.MemberAsync();
        FlowStore store = await session.GetAsync<FlowStore>();
        FlowDraft draft = FlowFinder.IsFile(text) ? await PutAsync(session, store, by, text) : await FlowFinder.StoredAsync(session, by, text);
        string[] slots = session.Value(s_slots)!;
        if (slots.Length > 0)
        {
            Dictionary<string, string> bindings = await SlotValues.BindAsync(session, by, FlowJson.Read(draft.Document.Span), draft.Bindings, slots);
            await store.SetBindingsAsync(by.WorkspaceId, draft.Id, bindings, session.Stop);
        }
        VersionInfo version = await (await session.GetAsync<Publishing>()).PublishAsync(by.WorkspaceId, draft.Id, by.Author, session.Value(s_notes), session.Stop);
        if (session.WantsJson) session.Terminal.Json(new { slug = draft.Slug, version = version.Number, publishedAt = version.PublishedAt });
        else session.Terminal.Line($"{version.Number}");
    }

    // The file's flow is the one with its id, or with the slug that the file's name says.
    private static async Task<FlowDraft> PutAsync(Session session, FlowStore store, SignedInMember by, string path)
    {
        FlowDocument document = FlowFinder.Read(path);
        FlowDraft? draft = await store.FindAsync(by.WorkspaceId, document.Id, session.Stop) ?? await store.FindAsync(by.WorkspaceId, FlowFinder.SlugOf(path), session.Stop);
        if (draft is null) return await CreateAsync(session, store, by, document, FlowFinder.SlugOf(path), new Dictionary<string, string>());
        FlowDocument own = document with { Id = draft.Id };
        byte[] bytes = FlowJson.Write(own);
        if (bytes.AsSpan().SequenceEqual(draft.Document.Span)) return draft;
        DraftCommand command = new(Guid.NewGuid().ToString(), draft.Revision, by.Author, """[{"op":"replaceDocument"}]""", "[]", bytes, own.Name, own.Description);
        SaveResult saved = await store.SaveCommandAsync(by.WorkspaceId, draft.Id, command, session.Stop);
        if (saved.Outcome != SaveOutcome.Saved) throw new CommandFailure($"The flow {draft.Slug} was changed at this moment. Try again.");
        return await FlowFinder.StoredAsync(session, by, draft.Slug);
    }
}
