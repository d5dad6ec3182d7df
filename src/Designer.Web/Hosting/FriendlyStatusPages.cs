using Microsoft.AspNetCore.Diagnostics;

namespace Designer.Web.Hosting;

/// <summary>People who ask for a page that is not theirs or not there get a page; programs get the bare status.</summary>
public static class FriendlyStatusPages
{
    public static void UseStatusCodePagesForPeople(this IApplicationBuilder app) => app.UseWhen(
        context => !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase),
        people =>
        {
            people.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
            // The page is only looked at: asked for with the refused form's POST, it would itself be refused.
            people.Use((context, next) =>
            {
                if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null) context.Request.Method = HttpMethods.Get;
                return next(context);
            });
        });
}
