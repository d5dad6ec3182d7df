using System.Security.Cryptography;
using Designer.Web.Features.Access;
using Designer.Web.Hosting;
using Scalar.AspNetCore;

namespace Designer.Web.Features.Api;

/// <summary>
/// The public API's description: <c>/api/openapi.json</c> for programs, open because it says nothing about this installation;
/// <c>/api/docs</c> for members. The page's assets come from this host.
/// </summary>
public static class ApiReference
{
    /// <summary>The one page under /api that people open.</summary>
    public const string Page = "/api/docs";
    private const string Document = "/api/openapi.json";

    public static void AddApiReference(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer(ApiDescription.Describe);
        options.AddOperationTransformer(ApiDescription.Describe);
        options.AddSchemaTransformer(ApiDescription.Describe);
    });

    public static void MapApiReference(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi(Document).AllowAnonymous();
        endpoints.MapScalarApiReference(Page, (options, http) =>
        {
            string nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            // The page begins with a script of its own; the nonce lets in that one and no other.
            http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.ContentSecurityPolicy.Replace("script-src 'self'", $"script-src 'self' 'nonce-{nonce}'", StringComparison.Ordinal);
            options.WithNonce(nonce).WithTitle("Designer API").WithOpenApiRoutePattern(Document)
                .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp();
        }).RequirePermission(Permissions.Read);
    }
}
