using System.Security.Cryptography;
using System.Text;
using Designer.Models.Connections;
using Microsoft.Extensions.Logging;

namespace Designer.Models.Caching;

/// <summary>What models said before. The cache sees hashes and encrypted values only; a cache that is gone, and a value that cannot be
/// read any more, are as if nothing had been kept.</summary>
public sealed class ModelMemory(IModelCache cache, IKeyProtector keys, ILogger<ModelMemory>? log = null)
{
    /// <summary>The workspace is part of the hash, so that equal texts of two workspaces have nothing in common.</summary>
    internal static string KeyOf(Guid workspaceId, string kind, ReadOnlySpan<byte> what)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{workspaceId:N} {kind}\n"));
        hash.AppendData(what);
        return $"{kind}:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    internal async ValueTask<byte[]?[]> FindAsync(Guid workspaceId, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        try
        {
            return [.. (await cache.FindAsync(workspaceId, names, cancellation)).Zip(names, Open)];
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log?.LogWarning(e, "The cache of models' answers cannot be read; models are asked instead");
            return new byte[names.Count][];
        }
    }

    internal async ValueTask KeepAsync(Guid workspaceId, IReadOnlyList<(string Key, byte[] Value)> values, TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            await cache.KeepAsync(workspaceId, [.. values.Select(v => (v.Key, Encoding.UTF8.GetBytes(keys.Protect($"{v.Key} {Convert.ToBase64String(v.Value)}"))))], time, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log?.LogWarning(e, "The cache of models' answers takes nothing in");
        }
    }

    // The key stands inside what is encrypted: nobody who can write to the cache may put one answer in another's place.
    private byte[]? Open(byte[]? kept, string name)
    {
        if (kept is null) return null;
        try
        {
            var plain = keys.Unprotect(Encoding.UTF8.GetString(kept));
            return plain.StartsWith(name + " ", StringComparison.Ordinal) ? Convert.FromBase64String(plain[(name.Length + 1)..]) : null;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
