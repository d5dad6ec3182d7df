using System.Globalization;
using Designer.Web.Features.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Designer.Web.Features.Language;

/// <summary>Which languages there are, and which one a request speaks: the person's choice, else what their browser asks for.</summary>
public static class Languages
{
    public const string English = "en";
    public const string Chinese = "zh";
    public const string CookieName = "designer.language";

    /// <summary>The name of each in itself: whoever cannot read the page must find their own.</summary>
    public static readonly IReadOnlyList<(string Code, string Name)> All = [(English, "English"), (Chinese, "简体中文")];

    /// <summary>The tag for <c>lang</c>: browsers choose the shapes of Chinese characters by it.</summary>
    public static string Tag => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == Chinese ? "zh-Hans" : English;

    public static void AddLanguages(this IServiceCollection services)
    {
        services.AddSingleton<IStringLocalizer>(Words.L);
        services.AddSingleton<MudLocalizer, MudWords>();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            string[] codes = [.. All.Select(language => language.Code)];
            options.SetDefaultCulture(English).AddSupportedCultures(codes).AddSupportedUICultures(codes);
            options.ApplyCurrentCultureToResponseHeaders = true;
            options.RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = CookieName }, new AcceptLanguageHeaderRequestCultureProvider()];
        });
    }

    /// <summary>Pages and what the editor loads speak the person's language. The public API speaks English, whatever a program's client sends along.</summary>
    public static void UseLanguages(this IApplicationBuilder app) =>
        app.UseWhen(context => !context.Request.Path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase), people => people.UseRequestLocalization());

    public static void MapLanguages(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/language", async (HttpContext context, IAntiforgery forgery) =>
    {
        if (!await forgery.IsRequestValidAsync(context)) return Results.BadRequest();
        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (All.All(language => language.Code != form["language"])) return Results.BadRequest();
        context.Response.Cookies.Append(CookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(form["language"]!)), new CookieOptions
        {
            MaxAge = TimeSpan.FromDays(365),
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        });
        return Results.LocalRedirect(ReturnUrl.Safe(form["returnUrl"]));
    }).AllowAnonymous().DisableAntiforgery();
}
