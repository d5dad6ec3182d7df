using Designer.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Designer.Web.Hosting;

/// <summary>The keys that encrypt cookies, links and stored secrets. The server and the command line must use the same ones.</summary>
public static class KeyRing
{
    public static void AddDesignerKeys(this IServiceCollection services, StorageOptions storage) =>
        services.AddDataProtection().SetApplicationName("Designer").PersistKeysToFileSystem(new DirectoryInfo(storage.KeyFolder));
}
