using Designer.Storage;
using Designer.Web.Features.Api;
using Designer.Web.Hosting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;

namespace Designer.Web.Features.Access;

/// <summary>Sign-in, roles and everything that decides who may do what.</summary>
public static class AccessSetup
{
    public const int ShortestPassword = 10;

    public static void AddAccess(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddIdentityCore<User>(options =>
        {
            options.User.RequireUniqueEmail = true;
            // Length is what makes a password hard to guess; rules about signs only make it hard to remember.
            options.Password.RequiredLength = ShortestPassword;
            options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
            options.Password.RequiredUniqueChars = 4;
            options.Lockout.MaxFailedAccessAttempts = 5;
            options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
            options.User.AllowedUserNameCharacters = "";
        }).AddEntityFrameworkStores<DesignerDb>().AddSignInManager().AddClaimsPrincipalFactory<NamedPrincipal>().AddDefaultTokenProviders();
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromSeconds(30));
        services.ConfigureApplicationCookie(ShapeCookie);

        services.AddSingleton<SetupCode>();
        services.AddSingleton<AnnouncementWriter>();
        services.AddScoped<Accounts>();
        services.AddScoped<CurrentMember>();
        services.AddScoped<IAuthorizationHandler, PermissionHandler>();
        services.AddScoped<AuthenticationStateProvider, SessionWatch>();
        services.AddCascadingAuthenticationState();
        AuthorizationBuilder policies = services.AddAuthorizationBuilder();
        foreach ((string permission, _) in Permissions.All) policies.AddPolicy(permission, policy => Require(policy, permission));
        policies.SetFallbackPolicy(Require(new AuthorizationPolicyBuilder(), Permissions.Read).Build());
    }

    public static void MapAccess(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/signout", async (HttpContext context, IAntiforgery forgery, SignInManager<User> signIn) =>
    {
        if (!await forgery.IsRequestValidAsync(context)) return Results.BadRequest();
        await signIn.SignOutAsync();
        return Results.LocalRedirect("~/signin");
    }).AllowAnonymous().DisableAntiforgery();

    private static AuthorizationPolicyBuilder Require(AuthorizationPolicyBuilder policy, string permission) =>
        policy.RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(permission));

    private static void ShapeCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "designer";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromDays(14);
        options.SlidingExpiration = true;
        options.LoginPath = "/signin";
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    // Only a person's browser that asks for a page is led to the form.
    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        bool isForPrograms = context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && !context.Request.Path.StartsWithSegments(ApiReference.Page, StringComparison.OrdinalIgnoreCase);
        bool isPage = HttpMethods.IsGet(context.Request.Method) && !isForPrograms
            && !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase);
        if (isPage) context.Response.Redirect(context.RedirectUri);
        else context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
