using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Designer.Storage;

public sealed partial class FlowStore
{
    /// <summary>How far back an editor can rebase or undo.</summary>
    private const int KeptCommands = 2_000;

    /// <summary>Appends a command to the log and puts the document it leads to in the draft's place, both or neither.</summary>
    public async Task<SaveResult> SaveCommandAsync(Guid workspaceId, Guid flowId, DraftCommand command, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        int moved = command.Owner.Length == 0
            ? await MoveSharedAsync(db, workspaceId, flowId, command, now, cancellation)
            : await MoveOwnAsync(db, workspaceId, flowId, command, now, cancellation);
        if (moved == 0) return await WhyNotAsync(db, workspaceId, flowId, command, cancellation);
        long revision = command.BaseRevision + 1;
        db.FlowCommands.Add(new FlowCommandRow
        {
            FlowId = flowId,
            Owner = command.Owner,
            WorkspaceId = workspaceId,
            Revision = revision,
            CommandId = command.Id,
            Author = command.Author,
            Kind = command.Kind,
            Step = command.Step ?? command.Id,
            Ops = command.Ops,
            Inverse = command.Inverse,
            At = now,
        });
        await db.SaveChangesAsync(cancellation);
        if (revision % 256 == 0)
            await Saved(db, workspaceId, flowId, command.Owner).Where(c => c.Revision <= revision - KeptCommands).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new SaveResult(SaveOutcome.Saved, revision);
    }

    private static Task<int> MoveSharedAsync(DesignerDb db, Guid workspaceId, Guid flowId, DraftCommand command, DateTimeOffset now, CancellationToken cancellation)
    {
        byte[] document = command.Document.ToArray();
        return Of(db, workspaceId).Where(f => f.Id == flowId && f.Revision == command.BaseRevision
                && !db.FlowCommands.Any(c => c.FlowId == flowId && c.CommandId == command.Id))
            .ExecuteUpdateAsync(set => set
                .SetProperty(f => f.Draft, document)
                .SetProperty(f => f.Name, command.Name)
                .SetProperty(f => f.Description, command.Description)
                .SetProperty(f => f.Revision, f => f.Revision + 1)
                .SetProperty(f => f.UpdatedAt, now), cancellation);
    }

    private static Task<int> MoveOwnAsync(DesignerDb db, Guid workspaceId, Guid flowId, DraftCommand command, DateTimeOffset now, CancellationToken cancellation)
    {
        byte[] document = command.Document.ToArray();
        return OwnOf(db, workspaceId, flowId, command.Owner).Where(d => d.Revision == command.BaseRevision
                && !db.FlowCommands.Any(c => c.FlowId == flowId && c.CommandId == command.Id))
            .ExecuteUpdateAsync(set => set
                .SetProperty(d => d.Document, document)
                .SetProperty(d => d.Revision, d => d.Revision + 1)
                .SetProperty(d => d.UpdatedAt, now), cancellation);
    }

    private static async Task<SaveResult> WhyNotAsync(DesignerDb db, Guid workspaceId, Guid flowId, DraftCommand command, CancellationToken cancellation)
    {
        long? repeated = await Saved(db, workspaceId, flowId, command.Owner).Where(c => c.CommandId == command.Id)
            .Select(c => (long?)c.Revision).SingleOrDefaultAsync(cancellation);
        if (repeated is { } before) return new SaveResult(SaveOutcome.Repeated, before);
        long? current = command.Owner.Length == 0
            ? await Of(db, workspaceId).Where(f => f.Id == flowId).Select(f => (long?)f.Revision).SingleOrDefaultAsync(cancellation)
            : await OwnOf(db, workspaceId, flowId, command.Owner).Select(d => (long?)d.Revision).SingleOrDefaultAsync(cancellation);
        return current is { } revision ? new SaveResult(SaveOutcome.Stale, revision) : new SaveResult(SaveOutcome.NotFound, 0);
    }

    /// <summary>Commands after a revision, in order: what an editor rebases on. Null when the log no longer reaches back that far.</summary>
    public async Task<IReadOnlyList<SavedCommand>?> CommandsAfterAsync(Guid workspaceId, Guid flowId, long revision, string owner = "", CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<SavedCommand> after = await ToCommands(Saved(db, workspaceId, flowId, owner).Where(c => c.Revision > revision).OrderBy(c => c.Revision)).ToListAsync(cancellation);
        return after.Count == 0 || after[0].Revision == revision + 1 ? after : null;
    }

    /// <summary>The last commands of a draft up to a revision, oldest first, whoever made them: what an author's undo history is read from.</summary>
    public async Task<IReadOnlyList<SavedCommand>> LastCommandsAsync(Guid workspaceId, Guid flowId, long revision, int take, string owner = "", CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<SavedCommand> last = await ToCommands(Saved(db, workspaceId, flowId, owner).Where(c => c.Revision <= revision)
            .OrderByDescending(c => c.Revision).Take(take)).ToListAsync(cancellation);
        last.Reverse();
        return last;
    }

    // Commands from before there were steps are steps of their own.
    private static IQueryable<SavedCommand> ToCommands(IQueryable<FlowCommandRow> rows) =>
        rows.Select(c => new SavedCommand(c.Revision, c.CommandId, c.Author, c.Kind, c.Step == "" ? c.CommandId : c.Step, c.Ops, c.Inverse, c.At));

    private static IQueryable<FlowCommandRow> Saved(DesignerDb db, Guid workspaceId, Guid flowId, string owner) =>
        db.FlowCommands.Where(c => c.WorkspaceId == workspaceId && c.FlowId == flowId && c.Owner == owner);

    private static IQueryable<OwnDraftRow> OwnOf(DesignerDb db, Guid workspaceId, Guid flowId, string owner) =>
        db.OwnDrafts.Where(d => d.WorkspaceId == workspaceId && d.FlowId == flowId && d.Owner == owner && db.Flows.Any(f => f.Id == flowId && f.DeletedAt == null));
}
