using Designer.Engine;
using Designer.Flows;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Designer.Web.Features.Files;

/// <summary>One file out of a request: the body itself with <c>?name=</c>, or the first file of a form. It goes to the disk piece by piece.</summary>
internal static class FileUpload
{
    private const int LongestBoundary = 100;
    /// <summary>What a form adds around its file.</summary>
    private const int FormOverhead = 64 * 1024;

    /// <exception cref="FileRefusedException"/>
    /// <exception cref="BadHttpRequestException">The form cannot be read or holds no file.</exception>
    public static async Task<FileRef> ReadAsync(HttpContext http, Guid workspaceId, FlowFiles files)
    {
        HttpRequest request = http.Request;
        if (request.ContentLength > files.Limits.MostBytes + FormOverhead) throw TooLarge(files);
        // The server's own limit is for bodies that are held in memory.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = files.Limits.MostBytes + FormOverhead;
        try
        {
            if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
                return await files.AddAsync(workspaceId, request.Query["name"], request.Body, run: null, http.RequestAborted);
            string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= LongestBoundary } given ? given : throw new BadHttpRequestException("The form has no boundary.");
            MultipartReader form = new(boundary, request.Body);
            while (await form.ReadNextSectionAsync(http.RequestAborted) is { } section)
            {
                if (NameOf(section) is { } name) return await files.AddAsync(workspaceId, name, section.Body, run: null, http.RequestAborted);
            }
            throw new BadHttpRequestException("The form holds no file.");
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(files);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The form cannot be read to its end.", broken);
        }
    }

    private static string? NameOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? part) && part.IsFileDisposition()
            ? (part.FileNameStar.HasValue ? part.FileNameStar : HeaderUtilities.RemoveQuotes(part.FileName)).Value ?? ""
            : null;

    private static FileRefusedException TooLarge(FlowFiles files) => new("file.tooLarge", $"The file has more than {files.Limits.MostBytes:N0} bytes.");
}
