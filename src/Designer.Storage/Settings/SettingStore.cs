using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>Settings that people change while the program runs, by key: one workspace's, or the installation's with no workspace.</summary>
public sealed class SettingStore(IDbContextFactory<DesignerDb> factory)
{
    public async Task<string?> FindAsync(string key, Guid? workspaceId = null, CancellationToken cancellation = default)
    {
        Guid owner = workspaceId ?? Guid.Empty;
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Settings.Where(s => s.WorkspaceId == owner && s.Key == key).Select(s => s.Value).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>Null removes it.</summary>
    public async Task SetAsync(string key, string? value, Guid? workspaceId = null, CancellationToken cancellation = default)
    {
        Guid owner = workspaceId ?? Guid.Empty;
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        IQueryable<SettingRow> setting = db.Settings.Where(s => s.WorkspaceId == owner && s.Key == key);
        if (value is null)
        {
            await setting.ExecuteDeleteAsync(cancellation);
            return;
        }
        if (await ReplaceAsync()) return;
        db.Settings.Add(new SettingRow { WorkspaceId = owner, Key = key, Value = value });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException other) when (other.IsUnique())
        {
            await ReplaceAsync();
        }

        async Task<bool> ReplaceAsync() => await setting.ExecuteUpdateAsync(set => set.SetProperty(s => s.Value, value), cancellation) > 0;
    }
}
