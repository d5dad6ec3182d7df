using System.IO.Compression;
using System.Threading.RateLimiting;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Api;
using Designer.Web.Features.Editor;
using Designer.Web.Features.Flows;
using Designer.Web.Features.Knowledge;
using Designer.Web.Features.Models;
using Designer.Web.Features.Settings;
using Designer.Web.Features.Shell;
using Designer.Web.Features.Templates;
using Designer.Web.Features.Tour;
using Designer.Web.Features.Versions;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.ResponseCompression;
using MudBlazor;
using MudBlazor.Services;

namespace Designer.Web.Hosting;

/// <summary>All services of the host. A feature that brings its own adds one line here.</summary>
public static class DesignerServices
{
    /// <summary>Commands of the canvas are small; a pasted selection of 2,000 nodes is not.</summary>
    private const long LargestHubMessage = 4 * 1024 * 1024;

    public static void AddDesigner(this WebApplicationBuilder builder, StorageOptions storage)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddDesignerStorage(storage);
        services.AddHostedService<StorageOpening>();
        AddBrowserSide(services, builder.Configuration);
        AddProtection(builder, storage);
        services.AddDesignerEngine(storage, builder.Configuration);
        services.AddHostedService<EngineKeeper>();
        services.AddAccess();
        services.AddShell();
        services.AddLanguages();
        services.AddTour();
        services.AddApiReference();
        services.AddEditor();
        services.AddVersions();
        services.AddFlowPages();
        services.AddTemplatePages();
        services.AddKnowledgePages(storage);
        services.AddModelPages();
        services.AddSettingPages();
        services.AddTelemetry(builder.Configuration);
        services.AddHealthChecks().AddCheck<StorageHealth>("storage");
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(20));
        services.AddHostedService<Announcement>();
    }

    private static void AddBrowserSide(IServiceCollection services, IConfiguration settings)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(options =>
        {
            options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(settings.GetValue("pages:keepSeconds", 600));
            options.DisconnectedCircuitMaxRetained = 200;
            // A page that is gone loads anew: taking up its state would leave a second canvas on it, and what was typed waits in the browser anyway.
            options.PersistedCircuitInMemoryMaxRetained = 0;
        }).AddHubOptions(options =>
        {
            options.MaximumReceiveMessageSize = LargestHubMessage;
            options.ClientTimeoutInterval = TimeSpan.FromSeconds(60);
            options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        });
        services.AddMudServices(config =>
        {
            config.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            config.SnackbarConfiguration.VisibleStateDuration = 6000;
            config.SnackbarConfiguration.ShowTransitionDuration = 120;
            config.SnackbarConfiguration.HideTransitionDuration = 120;
            config.SnackbarConfiguration.MaxDisplayedSnackbars = 4;
            config.PopoverOptions.ThrowOnDuplicateProvider = false;
        });
        services.AddHttpContextAccessor();
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
            // An event stream must leave at once; a compressor would hold it back.
            options.ExcludedMimeTypes = ["text/event-stream"];
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
    }

    private static void AddProtection(WebApplicationBuilder builder, StorageOptions storage)
    {
        builder.Services.AddDesignerKeys(storage);
        builder.Services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "designer.forgery";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.HeaderName = "X-Designer-Forgery";
        });
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.AddPolicy(RateLimits.SignIn, RateLimits.PerAddress);
        });
        builder.Services.AddTrustedProxies(builder.Configuration["proxies"]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
    }
}

/// <summary>Limits on doors that guessers knock at.</summary>
public static class RateLimits
{
    public const string SignIn = "sign-in";
    private const int AttemptsPerMinute = 20;

    /// <summary>Looking at a form is free; sending it counts, per address.</summary>
    public static RateLimitPartition<string> PerAddress(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method)) return RateLimitPartition.GetNoLimiter("look");
        string address = context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        return RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = AttemptsPerMinute,
            Window = TimeSpan.FromMinutes(1),
        });
    }
}
