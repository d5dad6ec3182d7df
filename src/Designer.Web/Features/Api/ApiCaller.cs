using Designer.Flows;
using Designer.Storage;

namespace Designer.Web.Features.Api;

/// <summary>Who calls the public API: a key, which belongs to one flow.</summary>
public sealed record ApiCaller(ApiKey Key)
{
    /// <summary>Who answered, as runs record it.</summary>
    public string Name => $"key {Key.Name}";
}

/// <summary>
/// The one place that decides about calls with a key: <c>Authorization: Bearer dk_…</c>. Another flow's key and an unknown flow
/// get the same 404, a key without the permission 403, no or a dead key 401.
/// </summary>
public sealed class ApiKeyFilter(bool needsApprove = false) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        string? header = http.Request.Headers.Authorization;
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return Unauthorized(http);
        ApiKeyStore keys = http.RequestServices.GetRequiredService<ApiKeyStore>();
        if (await keys.FindAsync(header[Scheme.Length..].Trim(), http.RequestAborted) is not { } key) return Unauthorized(http);
        if (!key.CanRun || needsApprove && !key.CanApprove)
            return ApiProblems.Of(StatusCodes.Status403Forbidden, "key.forbidden", $"This key may not do that.", needsApprove ? (Sentence)$"Answering steps needs a key with the approve permission." : null);
        http.Features.Set(new ApiCaller(key));
        return await next(context);
    }

    private static IResult Unauthorized(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return ApiProblems.Of(StatusCodes.Status401Unauthorized, "key.invalid", $"The key is missing, unknown, revoked or expired.", $"Send it as \"Authorization: Bearer dk_…\".");
    }
}

internal static class ApiCallerFeature
{
    public static ApiCaller Caller(this HttpContext http) => http.Features.Get<ApiCaller>() ?? throw new InvalidOperationException("The endpoint has no ApiKeyFilter.");
}
