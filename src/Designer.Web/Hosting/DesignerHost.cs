using System.Reflection;
using Designer.Storage;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.Configuration.Memory;

namespace Designer.Web.Hosting;

/// <summary>Builds the web application. The command line's <c>serve</c> and the tests start it through here.</summary>
public static class DesignerHost
{
    public const string DefaultUrl = "http://localhost:5080";

    /// <param name="args">Settings as <c>--key value</c>; <c>--data FOLDER</c> and <c>--urls URL</c> are the usual ones.</param>
    /// <param name="configure">Last changes before the services are built.</param>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = CreateBuilder(args);
        StorageOptions storage = HostSettings.Storage(builder.Configuration);
        HostSettings.Open(storage);
        builder.AddDesigner(storage);
        configure?.Invoke(builder);
        StartupLog quiet = new(builder.Logging);
        WebApplication app = builder.Build();
        quiet.EndWith(app.Lifetime);
        app.MapDesigner();
        return app;
    }

    private static WebApplicationBuilder CreateBuilder(string[] args)
    {
        // The app stands where the user stands, so its own files are found beside the assembly.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(DesignerHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = s_defaults });
        builder.Configuration.AddEnvironmentVariables("DESIGNER_");
        builder.Configuration.AddCommandLine(args);
        // Outside Development and without a publish, assets would come back with status 200 and no bytes.
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey])
            && string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.HttpPortsKey])
            && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultUrl);
        return builder;
    }

    // Weaker than every other source. The console is for what people must read; the framework's own chatter is not.
    private static readonly Dictionary<string, string?> s_defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        ["Logging:LogLevel:System"] = "Warning",
        // It warns about our own choice to keep keys in the data folder, as a fresh folder must.
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        ["AllowedHosts"] = "*",
    };

    /// <summary>The version that <c>about</c>, the OpenAPI document and the logs show.</summary>
    public static string Version { get; } =
        typeof(DesignerHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
