using Designer.Web.Features.Access;
using Designer.Web.Features.Api;
using Designer.Web.Features.Editor;
using Designer.Web.Features.Files;
using Designer.Web.Features.Shell;
using Designer.Web.Features.Versions;

namespace Designer.Web.Hosting;

/// <summary>The way of a request through the host. A feature with endpoints adds its own <c>Map…</c> line here.</summary>
public static class DesignerPipeline
{
    public static void MapDesigner(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseSecurityHeaders();
        app.UseApiErrors();
        app.UseResponseCompression();
        app.UseStatusCodePagesForPeople();
        app.UseSameOriginGuard();
        // Calls with a key leave here, straight to their endpoint: what follows is for people (MapPublicApi short-circuits).
        app.UseRouting();
        app.UseApiRefusals();
        app.UseLanguages();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();

        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthChecks("/healthz").AllowAnonymous();
        app.MapAccess();
        app.MapLanguages();
        app.MapPublicApi();
        app.MapFiles();
        app.MapApiReference();
        app.MapEditor();
        app.MapVersions();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }
}
