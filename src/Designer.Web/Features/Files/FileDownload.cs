using Designer.Engine;
using Designer.Web.Features.Api;

namespace Designer.Web.Features.Files;

/// <summary>A file on its way to a browser: always to be saved, never shown as a page of ours.</summary>
internal static class FileDownload
{
    private const string Unknown = "application/octet-stream";

    public static async Task<IResult> OfAsync(HttpContext http, FlowFiles files, Guid workspaceId, string id, string? name)
    {
        if (await files.OpenAsync(workspaceId, id, name, http.RequestAborted) is not { } found) return ApiProblems.NotFound();
        Protect(http.Response);
        // Pictures, films and sound may stand in one of our pages; for everything else a browser needs no type to save it.
        string type = MediaType.IsMedia(found.File.MediaType) ? found.File.MediaType : Unknown;
        return Results.Stream(found.Content, type, FileName.Clean(found.File.Name), enableRangeProcessing: true);
    }

    /// <summary>What a member or a caller put in must not act in our name, should a browser open it after all.</summary>
    public static void Protect(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = "private, no-cache";
    }
}
