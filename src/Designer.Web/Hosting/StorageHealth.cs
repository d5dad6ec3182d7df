using System.Data.Common;
using Designer.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Designer.Web.Hosting;

/// <summary>Healthy when the database answers and the data folder takes a file: a full or read-only disk shows here before it hurts.</summary>
public sealed class StorageHealth(MemberStore members, StorageOptions storage) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string probe = Path.Combine(storage.DataFolder, $"health-{Guid.NewGuid():N}.tmp");
        try
        {
            await members.AnyMemberAsync(cancellationToken);
            await File.WriteAllBytesAsync(probe, new byte[4096], cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failed) when (failed is DbException or IOException or UnauthorizedAccessException or StorageException or InvalidOperationException)
        {
            return HealthCheckResult.Unhealthy("The storage cannot be used.", failed);
        }
        finally
        {
            Remove(probe);
        }
    }

    private static void Remove(string probe)
    {
        try
        {
            File.Delete(probe);
        }
        catch (Exception stuck) when (stuck is IOException or UnauthorizedAccessException)
        {
            // The check itself has said already that the folder is not well.
        }
    }
}
