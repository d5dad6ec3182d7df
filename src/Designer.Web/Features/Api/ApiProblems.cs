using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;

namespace Designer.Web.Features.Api;

/// <summary>
/// Errors as RFC 9457 problems: <c>title</c> says what happened, <c>detail</c> what to do, <c>code</c> is stable. The public API speaks English
/// (no request of it has a language); what the canvas calls, the language of the person.
/// </summary>
public static class ApiProblems
{
    public static IResult Of(int status, string code, Sentence title, Sentence? detail = null, IReadOnlyList<Problem>? problems = null, Guid? runId = null)
    {
        Dictionary<string, object?> extensions = new() { ["code"] = code };
        // Our own way of writing, which says severities in words.
        if (problems is not null) extensions["problems"] = JsonSerializer.SerializeToElement(problems, SpokenJson.Options);
        if (runId is not null) extensions["runId"] = runId;
        return Results.Problem(detail is null ? null : L[detail], statusCode: status, title: L[title], extensions: extensions);
    }

    public static IResult NotFound() => Of(StatusCodes.Status404NotFound, "notFound", $"There is no such thing here.");

    /// <summary>A refusal or failure of which only the status is to be told.</summary>
    public static IResult Bare(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Of(status, "session.missing", $"Sign in first."),
        StatusCodes.Status403Forbidden => Of(status, "forbidden", $"This is not allowed."),
        StatusCodes.Status404NotFound => NotFound(),
        StatusCodes.Status405MethodNotAllowed => Of(status, "method.unknown", $"This address does not take that method.", $"The header Allow says which it takes."),
        StatusCodes.Status413PayloadTooLarge => Of(status, "body.tooLarge", $"The request cannot be read.", $"The body is too large."),
        StatusCodes.Status415UnsupportedMediaType => Of(status, "body.notJson", $"The body is not JSON.", $"Send it with Content-Type: application/json."),
        >= 500 => Of(status, "server.failed", $"Something went wrong.", $"The error is in the server's log."),
        _ => Of(status, $"http.{status}", $"The request was refused."),
    };

    /// <summary>Turns what the engine and the storage refuse into answers; anything else goes on to the exception handler.</summary>
    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpResponse response = context.HttpContext.Response;
        try
        {
            return await next(context);
        }
        // A stream that has begun cannot become a problem any more; it breaks off, and its reader comes back.
        catch (Exception e) when (!response.HasStarted && Of(e) is { } problem)
        {
            if (e is EngineBusyException busy) response.Headers.RetryAfter = $"{Math.Ceiling(busy.RetryAfter.TotalSeconds)}";
            return problem;
        }
    }

    private static IResult? Of(Exception exception) => exception switch
    {
        FlowProblemsException e => Of(StatusCodes.Status422UnprocessableEntity, e.Problems[0].Code, $"The flow cannot run.", e.Said, e.Problems),
        FlowFormatException e => Of(StatusCodes.Status400BadRequest, e.Problems[0].Code, $"This is not a flow document.", e.Problems[0].Message, e.Problems),
        EngineBusyException => Of(StatusCodes.Status429TooManyRequests, "engine.busy", $"Too many runs are active.", $"Try again after the time in Retry-After."),
        RunConflictException { Code: "idempotency.reused" } e => Of(StatusCodes.Status422UnprocessableEntity, e.Code, Sentence.Of(e)),
        RunConflictException e => Of(StatusCodes.Status409Conflict, e.Code, Sentence.Of(e)),
        StorageConflictException e => Of(StatusCodes.Status409Conflict, "conflict", Sentence.Of(e)),
        FileRefusedException { Code: "file.tooLarge" } e => Of(StatusCodes.Status413PayloadTooLarge, e.Code, $"The file is too large.", Sentence.Of(e)),
        FileRefusedException { Code: "file.type" } e => Of(StatusCodes.Status415UnsupportedMediaType, e.Code, $"This kind of file is not taken.", Sentence.Of(e)),
        FileRefusedException { Code: "file.quota" } e => Of(StatusCodes.Status507InsufficientStorage, e.Code, $"The workspace has no room for it.", Sentence.Of(e)),
        FileRefusedException e => Of(StatusCodes.Status400BadRequest, e.Code, $"The file cannot be taken.", Sentence.Of(e)),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } e => Of(e.StatusCode, "body.tooLarge", $"The request cannot be read.", Sentence.Of(e)),
        BadHttpRequestException e => Of(e.StatusCode, "body.unreadable", $"The request cannot be read.", Sentence.Of(e)),
        MalformedBodyException e => Of(StatusCodes.Status400BadRequest, "json.malformed", $"The body is not the JSON that is wanted here.", Sentence.Of(e)),
        StorageException e => Of(StatusCodes.Status503ServiceUnavailable, e.Code, $"The storage is not available.", $"Try again shortly; the health check and the server's log say more."),
        _ => null,
    };
}
