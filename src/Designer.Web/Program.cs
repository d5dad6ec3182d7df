using Designer.Storage;
using Designer.Web.Hosting;

try
{
    WebApplication app = DesignerHost.Create(args);
    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (failure is StorageException or IOException or InvalidOperationException)
{
    // A taken port, a folder that cannot be written, a setting that makes no sense: one line says it.
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
