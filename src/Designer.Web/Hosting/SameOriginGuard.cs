namespace Designer.Web.Hosting;

/// <summary>
/// Refuses what another site's page sends with our cookies: the Blazor hub (WebSockets know no CORS) and every state-changing
/// request outside the public API, which knows bearer keys only.
/// </summary>
public static class SameOriginGuard
{
    public static void UseSameOriginGuard(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!IsGuarded(context.Request) || IsSameOrigin(context.Request)) return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    private static bool IsGuarded(HttpRequest request)
    {
        if (request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase)) return true;
        bool onlyReads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        return !onlyReads && !request.Path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase);
    }

    // The host alone decides: behind a proxy that ends TLS the scheme may differ.
    private static bool IsSameOrigin(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ } site] && site is "cross-site" or "same-site") return false;
        if (request.Headers.Origin is not [{ } origin]) return request.Headers.Origin.Count == 0;
        return Uri.TryCreate(origin, UriKind.Absolute, out Uri? from)
            && string.Equals(from.Authority, WithoutDefaultPort(request.Host), StringComparison.OrdinalIgnoreCase);
    }

    // An origin never names the default port, a Host header may.
    private static string WithoutDefaultPort(HostString host) => host.Port is 80 or 443 ? host.Host : host.Value ?? "";
}
