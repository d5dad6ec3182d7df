using Designer.Engine;
using Designer.Models.Connections;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>A credential without its secret.</summary>
public sealed record Credential(Guid Id, string Name, string? Description, string CreatedBy, DateTimeOffset UpdatedAt);

/// <summary>Credentials of a workspace: written in clear, kept encrypted, handed out to steps only.</summary>
public sealed class CredentialStore(IDbContextFactory<DesignerDb> factory, IKeyProtector protector, TimeProvider clock) : ISecrets
{
    public async Task<IReadOnlyList<Credential>> ListAsync(Guid workspaceId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Credentials.Where(c => c.WorkspaceId == workspaceId).OrderBy(c => c.Name)
            .Select(c => new Credential(c.Id, c.Name, c.Description, c.CreatedBy, c.UpdatedAt)).ToListAsync(cancellation);
    }

    /// <summary>Adds a credential, or gives the one of this name a new secret.</summary>
    public async Task<Credential> SaveAsync(Guid workspaceId, string name, string secret, string? description, string author, CancellationToken cancellation = default)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        CredentialRow? row = await db.Credentials.SingleOrDefaultAsync(c => c.WorkspaceId == workspaceId && c.Name == name, cancellation);
        if (row is null)
        {
            row = new CredentialRow { Id = Guid.CreateVersion7(now), WorkspaceId = workspaceId, Name = name, Protected = "", CreatedBy = author, CreatedAt = now };
            db.Credentials.Add(row);
        }
        (row.Protected, row.Description, row.UpdatedAt) = (protector.Protect(secret), description, now);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException taken) when (taken.IsUnique())
        {
            throw new StorageConflictException("name.taken", $"Another credential is called {name}.", taken);
        }
        return new Credential(row.Id, row.Name, row.Description, row.CreatedBy, row.UpdatedAt);
    }

    public async Task<bool> DeleteAsync(Guid workspaceId, Guid credentialId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Credentials.Where(c => c.WorkspaceId == workspaceId && c.Id == credentialId).ExecuteDeleteAsync(cancellation) > 0;
    }

    /// <summary>By name, or by id written as text.</summary>
    /// <exception cref="StepException"><c>credential.unreadable</c>: the key it was encrypted with is lost; it must be entered again.</exception>
    public async ValueTask<string?> FindAsync(Guid workspaceId, string credential, CancellationToken cancellation)
    {
        bool isId = Guid.TryParse(credential, out Guid id);
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        var row = await db.Credentials.Where(c => c.WorkspaceId == workspaceId && (isId ? c.Id == id : c.Name == credential))
            .Select(c => new { c.Name, c.Protected }).SingleOrDefaultAsync(cancellation);
        if (row is null) return null;
        try
        {
            return protector.Unprotect(row.Protected);
        }
        catch (Exception lost)
        {
            throw new StepException("credential.unreadable", $"The credential {row.Name} cannot be read any more, because its encryption key is lost. Enter it again.", inner: lost);
        }
    }
}
