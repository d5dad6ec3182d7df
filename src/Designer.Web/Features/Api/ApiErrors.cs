using Microsoft.AspNetCore.Diagnostics;

namespace Designer.Web.Features.Api;

/// <summary>Whatever goes wrong under <c>/api</c> is told as a problem: no page, no bare status, no stack.</summary>
public static class ApiErrors
{
    /// <summary>Comes before everything that may refuse or fail.</summary>
    public static void UseApiErrors(this IApplicationBuilder app) => app.UseWhen(IsApi, api =>
    {
        api.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = context => ApiProblems.Bare(StatusCodes.Status500InternalServerError).ExecuteAsync(context) });
        api.UseStatusCodePages(context => ApiProblems.Bare(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
    });

    /// <summary>
    /// Comes between routing and sign-in: who mistypes a path, a method or a content type learns that, not that a session is missing.
    /// </summary>
    public static void UseApiRefusals(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!IsApi(context)) return next(context);
        if (context.GetEndpoint() is not { } endpoint)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        // What routing refuses (405, 415) are endpoints of its own; every door of ours is a route.
        return endpoint is RouteEndpoint ? next(context) : endpoint.RequestDelegate!(context);
    });

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
}
