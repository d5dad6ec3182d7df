using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>What one author set to debug a draft. Published versions know nothing of it.</summary>
public sealed record DebugMarks(IReadOnlyDictionary<string, Pin> Pins, IReadOnlyList<string> Breakpoints);

/// <summary>A named input to try a flow with; the whole workspace sees it.</summary>
public sealed record TestInput(Guid Id, string Name, JsonElement Input, string Author, DateTimeOffset ChangedAt);

/// <summary>Pinned outputs and breakpoints by author, and the test inputs of a flow.</summary>
public sealed class DebugStore(IDbContextFactory<DesignerDb> factory, TimeProvider clock)
{
    public const int MostTestInputs = 100;

    public async Task<DebugMarks> MarksAsync(Guid workspaceId, Guid flowId, string author, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<DebugMarkRow> rows = await Of(db, workspaceId, flowId, author).AsNoTracking().OrderBy(m => m.NodeId).ToListAsync(cancellation);
        return new DebugMarks(
            rows.Where(m => m.Pin is not null).ToDictionary(m => m.NodeId, m => JsonSerializer.Deserialize<Pin>(m.Pin!, FlowJson.Options)!),
            [.. rows.Where(m => m.HasBreakpoint).Select(m => m.NodeId)]);
    }

    /// <param name="pin">Null takes it away.</param>
    public Task PinAsync(Guid workspaceId, Guid flowId, string author, string node, Pin? pin, CancellationToken cancellation = default) =>
        MarkAsync(workspaceId, flowId, author, node, mark => mark.Pin = pin is null ? null : JsonSerializer.Serialize(pin, FlowJson.Options), cancellation);

    public Task SetBreakpointAsync(Guid workspaceId, Guid flowId, string author, string node, bool isSet, CancellationToken cancellation = default) =>
        MarkAsync(workspaceId, flowId, author, node, mark => mark.HasBreakpoint = isSet, cancellation);

    public async Task UnpinAllAsync(Guid workspaceId, Guid flowId, string author, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await Of(db, workspaceId, flowId, author).Where(m => m.HasBreakpoint).ExecuteUpdateAsync(set => set.SetProperty(m => m.Pin, (string?)null), cancellation);
        await Of(db, workspaceId, flowId, author).Where(m => !m.HasBreakpoint).ExecuteDeleteAsync(cancellation);
    }

    private async Task MarkAsync(Guid workspaceId, Guid flowId, string author, string node, Action<DebugMarkRow> change, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
            DebugMarkRow? mark = await Of(db, workspaceId, flowId, author).SingleOrDefaultAsync(m => m.NodeId == node, cancellation);
            if (mark is null) db.DebugMarks.Add(mark = new DebugMarkRow { WorkspaceId = workspaceId, FlowId = flowId, Author = author, NodeId = node });
            change(mark);
            mark.ChangedAt = clock.GetUtcNow();
            if (mark is { Pin: null, HasBreakpoint: false }) db.DebugMarks.Remove(mark);
            try
            {
                await db.SaveChangesAsync(cancellation);
                return;
            }
            catch (DbUpdateException e) when (attempt < 3 && (e.IsUnique() || e is DbUpdateConcurrencyException))
            {
                // Another tab of the same author was quicker; the next turn sees what it did.
            }
        }
    }

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<TestInput>> InputsAsync(Guid workspaceId, Guid flowId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<TestInputRow> rows = await db.TestInputs.AsNoTracking().Where(i => i.WorkspaceId == workspaceId && i.FlowId == flowId).OrderBy(i => i.Name).ToListAsync(cancellation);
        return rows.ConvertAll(Shown);
    }

    /// <summary>Saves under the name, in the place of one that is called the same.</summary>
    /// <exception cref="StorageConflictException"><c>input.tooMany</c></exception>
    public async Task<TestInput> SaveInputAsync(Guid workspaceId, Guid flowId, string name, JsonElement input, string author, CancellationToken cancellation = default)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
            TestInputRow? row = await db.TestInputs.SingleOrDefaultAsync(i => i.WorkspaceId == workspaceId && i.FlowId == flowId && i.Name == name, cancellation);
            if (row is null)
            {
                if (await db.TestInputs.CountAsync(i => i.FlowId == flowId, cancellation) >= MostTestInputs)
                    throw new StorageConflictException("input.tooMany", $"A flow keeps at most {MostTestInputs} test inputs. Delete one first.");
                db.TestInputs.Add(row = new TestInputRow { Id = Guid.CreateVersion7(clock.GetUtcNow()), WorkspaceId = workspaceId, FlowId = flowId, Name = name, Input = "", Author = author });
            }
            (row.Input, row.Author, row.ChangedAt) = (input.GetRawText(), author, clock.GetUtcNow());
            try
            {
                await db.SaveChangesAsync(cancellation);
                return Shown(row);
            }
            catch (DbUpdateException e) when (attempt < 3 && e.IsUnique())
            {
                // Somebody saved the same name in between; the next turn replaces it.
            }
        }
    }

    public async Task<bool> DeleteInputAsync(Guid workspaceId, Guid flowId, Guid id, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.TestInputs.Where(i => i.WorkspaceId == workspaceId && i.FlowId == flowId && i.Id == id).ExecuteDeleteAsync(cancellation) > 0;
    }

    private static IQueryable<DebugMarkRow> Of(DesignerDb db, Guid workspaceId, Guid flowId, string author) =>
        db.DebugMarks.Where(m => m.WorkspaceId == workspaceId && m.FlowId == flowId && m.Author == author);

    private static TestInput Shown(TestInputRow row) => new(row.Id, row.Name, JsonElement.Parse(row.Input), row.Author, row.ChangedAt);
}
