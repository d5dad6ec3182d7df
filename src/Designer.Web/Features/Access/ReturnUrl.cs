namespace Designer.Web.Features.Access;

/// <summary>Where sign-in leads back to. Only ever a path of this host: a link to us must not carry people elsewhere.</summary>
public static class ReturnUrl
{
    public static string Safe(string? url)
    {
        if (string.IsNullOrEmpty(url) || url[0] != '/') return "/";
        // "//host" and "/\host" are other hosts to a browser, and it drops tabs and newlines while it reads.
        if (url.Length > 1 && url[1] is '/' or '\\') return "/";
        return url.Any(char.IsControl) || url.Contains('\\', StringComparison.Ordinal) ? "/" : url;
    }
}
