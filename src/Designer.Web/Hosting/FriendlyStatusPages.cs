namespace Designer.Web.Hosting;

/// <summary>People who ask for a page that is not theirs or not there get a page; programs get the bare status.</summary>
public static class FriendlyStatusPages
{
    public static void UseStatusCodePagesForPeople(this IApplicationBuilder app) => app.UseWhen(
        context => !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase),
        people => people.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true));
}
