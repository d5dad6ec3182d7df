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
        byte[] document = command.Document.ToArray();
        int moved = await Of(db, workspaceId).Where(f => f.Id == flowId && f.Revision == command.BaseRevision
                && !db.FlowCommands.Any(c => c.FlowId == flowId && c.CommandId == command.Id))
            .ExecuteUpdateAsync(set => set
                .SetProperty(f => f.Draft, document)
                .SetProperty(f => f.Name, command.Name)
                .SetProperty(f => f.Description, command.Description)
                .SetProperty(f => f.Revision, f => f.Revision + 1)
                .SetProperty(f => f.UpdatedAt, now), cancellation);
        if (moved == 0) return await WhyNotAsync(db, workspaceId, flowId, command.Id, cancellation);
        long revision = command.BaseRevision + 1;
        db.FlowCommands.Add(new FlowCommandRow
        {
            FlowId = flowId,
            WorkspaceId = workspaceId,
            Revision = revision,
            CommandId = command.Id,
            Author = command.Author,
            Ops = command.Ops,
            Inverse = command.Inverse,
            At = now,
        });
        await db.SaveChangesAsync(cancellation);
        if (revision % 256 == 0)
            await db.FlowCommands.Where(c => c.FlowId == flowId && c.Revision <= revision - KeptCommands).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new SaveResult(SaveOutcome.Saved, revision);
    }

    private static async Task<SaveResult> WhyNotAsync(DesignerDb db, Guid workspaceId, Guid flowId, string commandId, CancellationToken cancellation)
    {
        long? repeated = await db.FlowCommands.Where(c => c.WorkspaceId == workspaceId && c.FlowId == flowId && c.CommandId == commandId)
            .Select(c => (long?)c.Revision).SingleOrDefaultAsync(cancellation);
        if (repeated is { } before) return new SaveResult(SaveOutcome.Repeated, before);
        long? current = await Of(db, workspaceId).Where(f => f.Id == flowId).Select(f => (long?)f.Revision).SingleOrDefaultAsync(cancellation);
        return current is { } revision ? new SaveResult(SaveOutcome.Stale, revision) : new SaveResult(SaveOutcome.NotFound, 0);
    }

    /// <summary>Commands after a revision, in order: what an editor rebases on. Null when the log no longer reaches back that far.</summary>
    public async Task<IReadOnlyList<SavedCommand>?> CommandsAfterAsync(Guid workspaceId, Guid flowId, long revision, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<SavedCommand> after = await Saved(db, workspaceId, flowId).Where(c => c.Revision > revision).OrderBy(c => c.Revision)
            .Select(c => new SavedCommand(c.Revision, c.CommandId, c.Author, c.Ops, c.Inverse, c.At)).ToListAsync(cancellation);
        return after.Count == 0 || after[0].Revision == revision + 1 ? after : null;
    }

    /// <summary>An author's own commands, newest first: what undo takes its inverse from.</summary>
    public async Task<IReadOnlyList<SavedCommand>> CommandsOfAsync(Guid workspaceId, Guid flowId, string author, int take = 100, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await Saved(db, workspaceId, flowId).Where(c => c.Author == author).OrderByDescending(c => c.Revision).Take(take)
            .Select(c => new SavedCommand(c.Revision, c.CommandId, c.Author, c.Ops, c.Inverse, c.At)).ToListAsync(cancellation);
    }

    private static IQueryable<FlowCommandRow> Saved(DesignerDb db, Guid workspaceId, Guid flowId) =>
        db.FlowCommands.Where(c => c.WorkspaceId == workspaceId && c.FlowId == flowId);
}
