using System.CommandLine;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Commands;

/// <summary><c>run</c>: what ran, and what waits.</summary>
internal static class RunCommands
{
    private static readonly string[] s_states = [.. Enum.GetNames<RunState>().Select(name => name.ToLowerInvariant())];
    private static readonly Argument<Guid> s_id = new("RUN") { Description = "The run's id" };
    private static readonly Argument<string> s_step = new("STEP") { Description = "The step that waits, as \"run show\" names it" };
    private static readonly Argument<string> s_decision = new("DECISION") { Description = "One of its decisions" };
    private static readonly Option<string?> s_comment = new("--comment") { HelpName = "TEXT", Description = "A word to the decision" };
    private static readonly Option<bool> s_trace = new("--trace") { Description = "Print the steps to standard error; with --json as events" };
    private static readonly Option<string?> s_flow = new("--flow") { HelpName = "SLUG", Description = "Runs of this flow only" };
    private static readonly Option<string?> s_state = new Option<string?>("--state") { HelpName = "STATE", Description = $"Only runs that are {string.Join(", ", s_states)}" }.AcceptOnlyFromAmong(s_states);
    private static readonly Option<int> s_top = new("--top") { HelpName = "N", Description = "How many, at most 1,000", DefaultValueFactory = _ => 20 };
    private static readonly Option<string> s_olderThan = new("--older-than") { Required = true, HelpName = "SPAN", Description = "E.g. 30d; runs that ended longer ago are deleted" };

    public static Command Create() => new("run", "Runs: what happened, what waits for a person.")
    {
        new Command("list", "The runs of the workspace, newest first.") { s_flow, s_state, s_top }.Does(ListAsync),
        new Command("show", "A run's state, input and output.") { s_id, s_trace }.Does(ShowAsync),
        new Command("answer", "Decide what a step waits for, and follow the run to its end.") { s_id, s_step, s_decision, s_comment, s_trace }.Does(AnswerAsync),
        new Command("cancel", "Cancel a run, whoever drives it.") { s_id }.Does(CancelAsync),
        new Command("prune", "Delete runs that ended long ago, with all that belongs to them. Runs that wait are kept.") { s_olderThan }.Does(PruneAsync),
    };

    private static async Task ListAsync(Session session)
    {
        int top = session.Value(s_top);
        if (top is < 1 or > 1_000) throw new CommandFailure("--top must be between 1 and 1000.", ExitCode.Usage);
        SignedInMember by = await session.MemberAsync();
        FlowDraft? only = session.Value(s_flow) is { } slug ? await FlowFinder.StoredAsync(session, by, slug) : null;
        RunState? state = session.Value(s_state) is { } name ? Enum.Parse<RunState>(name, ignoreCase: true) : null;
        IReadOnlyList<RunRow> rows = await (await session.GetAsync<IRunLog>()).ListAsync(new RunQuery(by.WorkspaceId) { FlowId = only?.Id, State = state, Take = top }, session.Stop);
        Dictionary<Guid, string> slugs = (await (await session.GetAsync<FlowStore>()).ListAsync(by.WorkspaceId, take: 10_000, cancellation: session.Stop)).Flows.ToDictionary(f => f.Id, f => f.Slug);
        if (session.WantsJson) session.Terminal.Json(rows.Select(row => Shown(row, slugs.GetValueOrDefault(row.FlowId))));
        else
            session.Terminal.Table(["Run", "Flow", "Version", "State", "Started", "Took", "By"], rows.Select(row => (string[])
                [$"{row.Id}", slugs.GetValueOrDefault(row.FlowId, "-"), row.Version, State(row), Times.Minute(row.StartedAt), row.EndedAt is { } end ? Times.Took(end - row.StartedAt) : "", $"{row.Trigger}{(row.StartedBy is { } who ? $", {who}" : "")}"]));
    }

    private static async Task ShowAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        RunRow row = await FindAsync(session, by);
        TracePrinter? trace = session.Value(s_trace) ? new TracePrinter(session.Terminal, session.WantsJson) : null;
        Dictionary<string, HumanForm> waiting = [];
        await foreach (RunEvent e in (await session.GetAsync<IRunLog>()).ReadAsync(row.Id, 1, session.Stop))
        {
            trace?.Show(e);
            if (e is { Type: RunEventType.StepWaiting, Step: { } step, Data.Form: { } form }) waiting[step] = form;
            else if (e.Step is not null && e.Type is RunEventType.StepResumed or RunEventType.StepCompleted or RunEventType.StepFailed or RunEventType.StepCancelled) waiting.Remove(e.Step!);
        }
        if (row.IsEnded) waiting.Clear();
        if (session.WantsJson)
        {
            session.Terminal.Json(Shown(row, null, waiting));
            return;
        }
        session.Terminal.Line($"{row.Id}  {State(row)}  version {row.Version}  {Times.Minute(row.StartedAt)} UTC{(row.EndedAt is { } end ? $"  {Times.Took(end - row.StartedAt)}" : "")}");
        session.Terminal.Line($"Input: {PlainText.OneLine(row.Input.ValueKind == System.Text.Json.JsonValueKind.Undefined ? "{}" : row.Input.GetRawText(), 2_000)}");
        foreach ((string step, HumanForm form) in waiting) session.Terminal.Line(PlainText.OneLine($"Waits: {form.Title}. Answer with: run answer {row.Id} {step} {string.Join('|', form.Decisions)}"));
        if (row.Error is { } error) session.Terminal.Line(PlainText.OneLine($"Error{(error.Step is { } at ? $" at {at}" : "")}: {error.Message} ({error.Code})"));
        new AnswerPrinter(session.Terminal).End(row.Output);
    }

    private static async Task<int> AnswerAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        RunRow row = await FindAsync(session, by);
        long next = 1;
        await foreach (RunEvent e in (await session.GetAsync<IRunLog>()).ReadAsync(row.Id, 1, session.Stop)) next = e.Seq + 1;
        FlowEngine engine = await session.GetAsync<FlowEngine>();
        await engine.AnswerAsync(row.Id, session.Value(s_step), new HumanAnswer(session.Value(s_decision), session.Value(s_comment), by.Author), session.Stop);
        return await new RunFollower(session, engine, by.Author, session.Value(s_trace)).FollowAsync(row.Id, next);
    }

    private static async Task CancelAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        RunRow row = await FindAsync(session, by);
        FlowEngine engine = await session.GetAsync<FlowEngine>();
        if (row.IsEnded || !await engine.CancelAsync(row.Id, session.Stop)) throw new CommandFailure($"The run {row.Id} has ended already ({State(row)}).");
        RunRow after = await EndAsync(engine, row.Id, session.Stop);
        if (session.WantsJson) session.Terminal.Json(Shown(after, null));
        else session.Terminal.Line(after.IsEnded ? $"The run is {State(after)}." : "The run was asked to stop; its process has not answered yet.");
    }

    // Another process notices within a second; one that hangs is not waited for.
    private static async Task<RunRow> EndAsync(FlowEngine engine, Guid runId, CancellationToken stop)
    {
        using PeriodicTimer poll = new(TimeSpan.FromMilliseconds(100));
        RunRow row;
        int rounds = 0;
        while (!(row = (await engine.FindPreviewAsync(runId, stop))!).IsEnded && rounds++ < 100) await poll.WaitForNextTickAsync(stop);
        return row;
    }

    private static async Task PruneAsync(Session session)
    {
        DateTimeOffset before = TimeProvider.System.GetUtcNow() - Times.Span(session.Value(s_olderThan)!, "--older-than");
        int pruned = await (await session.GetAsync<IRunLog>()).PruneAsync(before, session.Stop);
        if (session.WantsJson) session.Terminal.Json(new { pruned });
        else session.Terminal.Line($"Deleted {pruned} {(pruned == 1 ? "run" : "runs")}.");
    }

    private static async Task<RunRow> FindAsync(Session session, SignedInMember by)
    {
        Guid id = session.Value(s_id);
        return await (await session.GetAsync<FlowEngine>()).FindAsync(id, session.Stop) is { } row && row.WorkspaceId == by.WorkspaceId
            ? row
            : throw new CommandFailure($"There is no run {id}. \"run list\" shows the newest.");
    }

    private static object Shown(RunRow row, string? slug, Dictionary<string, HumanForm>? waiting = null) => new
    {
        runId = row.Id,
        flow = slug,
        flowId = row.FlowId,
        version = row.Version,
        status = State(row),
        startedAt = row.StartedAt,
        endedAt = row.EndedAt,
        trigger = row.Trigger,
        startedBy = row.StartedBy,
        conversationId = row.ConversationId,
        input = row.Input.ValueKind == System.Text.Json.JsonValueKind.Undefined ? FlowJson.Null : row.Input,
        output = row.Output,
        large = row.Large,
        usage = row.Usage,
        error = row.Error,
        waiting = waiting is { Count: > 0 } ? waiting.Select(w => new { step = w.Key, title = w.Value.Title, text = w.Value.Text, decisions = w.Value.Decisions, deadline = w.Value.Deadline }) : null,
    };

    private static string State(RunRow row) => row.State.ToString().ToLowerInvariant();
}
