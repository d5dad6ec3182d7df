using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;

namespace Designer.Web.Features.Api;

/// <summary>Errors as RFC 9457 problems: <c>title</c> says what happened, <c>detail</c> what to do, <c>code</c> is stable.</summary>
public static class ApiProblems
{
    public static IResult Of(int status, string code, string title, string? detail = null, IReadOnlyList<Problem>? problems = null, Guid? runId = null)
    {
        Dictionary<string, object?> extensions = new() { ["code"] = code };
        if (problems is not null) extensions["problems"] = problems;
        if (runId is not null) extensions["runId"] = runId;
        return Results.Problem(detail, statusCode: status, title: title, extensions: extensions);
    }

    public static IResult NotFound() => Of(StatusCodes.Status404NotFound, "notFound", "There is no such thing here.");

    /// <summary>Turns what the engine and the storage refuse into answers; anything else goes on to the exception handler.</summary>
    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (FlowProblemsException e)
        {
            return Of(StatusCodes.Status422UnprocessableEntity, e.Problems[0].Code, "The flow cannot run.", e.Message, e.Problems);
        }
        catch (FlowFormatException e)
        {
            return Of(StatusCodes.Status400BadRequest, e.Problems[0].Code, "This is not a flow document.", e.Problems[0].Message, e.Problems);
        }
        catch (EngineBusyException e)
        {
            context.HttpContext.Response.Headers.RetryAfter = $"{Math.Ceiling(e.RetryAfter.TotalSeconds)}";
            return Of(StatusCodes.Status429TooManyRequests, "engine.busy", "Too many runs are active.", "Try again after the time in Retry-After.");
        }
        catch (RunConflictException e)
        {
            return Of(e.Code == "idempotency.reused" ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status409Conflict, e.Code, e.Message);
        }
        catch (StorageConflictException e)
        {
            return Of(StatusCodes.Status409Conflict, "conflict", e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return Of(e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "body.tooLarge" : "body.unreadable", "The request cannot be read.", e.Message);
        }
        catch (JsonException e)
        {
            return Of(StatusCodes.Status400BadRequest, "json.malformed", "The body is not valid JSON.", $"Line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (StorageException e)
        {
            return Of(StatusCodes.Status503ServiceUnavailable, e.Code, "The storage is not available.", e.Message);
        }
    }
}
