using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Runs;
using Microsoft.AspNetCore.Mvc;

namespace Designer.Web.Features.Api;

/// <summary>The public API: start a published flow, follow, cancel and resume its runs. A key opens one flow.</summary>
public static class RunEndpoints
{
    public static void MapPublicApi(this IEndpointRouteBuilder endpoints)
    {
        // The key decides here, not the session's cookie: neither that nor the fallback policy, languages or antiforgery are looked at.
        RouteGroupBuilder api = endpoints.MapGroup("/api/v1").AllowAnonymous().DisableAntiforgery().WithTags("Runs");
        api.ShortCircuit();
        api.AddEndpointFilter(ApiProblems.Filter);
        RouteGroupBuilder run = api.MapGroup("").AddEndpointFilter(new ApiKeyFilter());
        run.MapPost("/flows/{slug}/runs", StartAsync).WithName("StartRun").Accepts<RunBody>("application/json").Produces<RunAnswer>().Produces<RunAnswer>(202).WithSummary("Run a published flow")
            .WithDescription("Waits for the end by default. `Accept: text/event-stream` streams events, `Prefer: respond-async` answers 202 at once. 202 also means that the run waits for a person.")
            .Refuses(400, 401, 404, 409, 413, 415, 422, 429, 500);
        run.MapGet("/runs/{runId:guid}", FindAsync).WithName("GetRun").Produces<RunAnswer>().WithSummary("A run's state and output").Refuses(401, 404);
        run.MapGet("/runs/{runId:guid}/events", EventsAsync).WithName("WatchRun").Produces<string>(200, "text/event-stream").WithSummary("A run's events")
            .WithDescription("Server-sent events: all that happened, then what happens, until the run ends.").Refuses(401, 404);
        run.MapPost("/runs/{runId:guid}/cancel", CancelAsync).WithName("CancelRun").Produces<RunAnswer>().WithSummary("Cancel a run").Refuses(401, 404);
        api.MapPost("/runs/{runId:guid}/resume", ResumeAsync).AddEndpointFilter(new ApiKeyFilter(needsApprove: true)).WithMetadata(new RequestSizeLimitAttribute(RunRequest.MaxBytes)).WithName("ResumeRun")
            .Accepts<StepAnswer>("application/json").Produces<RunAnswer>().Produces<RunAnswer>(202).WithSummary("Answer a step that waits for a person")
            .WithDescription("Needs a key that may approve. Waits for the end as a blocking call does; 202 means that another step waits.").Refuses(400, 401, 403, 404, 409, 500);
    }

    /// <summary>How the body looks, for the API's description.</summary>
    public sealed record RunBody(Dictionary<string, object> Input, string? ConversationId = null);

    public sealed record StepAnswer(string Step, string Decision, string? Comment = null);

    private static async Task<IResult> StartAsync(string slug, HttpContext http, PublishedFlows flows, IFlowEngine engine, IRunLog log, INodeTypes types)
    {
        ApiKey key = http.Caller().Key;
        if (await flows.FindAsync(key.WorkspaceId, slug, http.RequestAborted) is not { } flow || flow.Version.FlowId != key.FlowId) return ApiProblems.NotFound();
        string? idempotencyKey = http.Request.Headers["Idempotency-Key"];
        if (idempotencyKey is { Length: > 200 }) return ApiProblems.Of(StatusCodes.Status400BadRequest, "idempotency.tooLong", $"The Idempotency-Key has more than 200 characters.");
        RunRequest request = await RunRequest.ReadAsync(http.Request, hash: idempotencyKey is not null, http.RequestAborted);
        bool isAsync = http.Request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase);
        RunOptions options = new()
        {
            Trigger = "api",
            StartedBy = http.Caller().Name,
            ConversationId = request.ConversationId,
            Record = flow.Record,
            IsDurableStart = isAsync,
            Queue = isAsync,
            IdempotencyKey = idempotencyKey is null ? null : new IdempotencyKey($"{key.Id:N}/{key.FlowId:N}", idempotencyKey, request.BodyHash),
        };
        // Not the caller's token: a run goes on when its caller leaves.
        StartedRun started = await engine.StartAsync(flow.Version, request.Input, options, CancellationToken.None);
        if (isAsync)
        {
            http.Response.Headers["Preference-Applied"] = "respond-async";
            return Results.Accepted($"/api/v1/runs/{started.Id}", new { runId = started.Id, status = "running" });
        }
        if (http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            await RunStream.WriteAsync(http, started.Id, new CallerView(flow.Version.Document, types).ShowAsync(engine.WatchAsync(started.Id, RunStream.From(http.Request), http.RequestAborted), everyText: true));
            return Results.Empty;
        }
        return await AnswerAsync(await engine.WaitAsync(started.Id, http.RequestAborted), log, http);
    }

    private static async Task<IResult> AnswerAsync(RunRow row, IRunLog log, HttpContext http) => row.State switch
    {
        RunState.Completed => Results.Json(await RunAnswer.OfAsync(row, log, http.RequestAborted), FlowJson.Options),
        RunState.Waiting => Results.Json(await RunAnswer.OfAsync(row, log, http.RequestAborted), FlowJson.Options, statusCode: StatusCodes.Status202Accepted),
        RunState.Cancelled => ApiProblems.Of(StatusCodes.Status409Conflict, "run.cancelled", $"The run was cancelled.", runId: row.Id),
        _ when row.Error?.Code.StartsWith("input.", StringComparison.Ordinal) == true => ApiProblems.Of(StatusCodes.Status400BadRequest, row.Error.Code, $"The input does not fit.", $"{row.Error.Message}", runId: row.Id),
        _ => ApiProblems.Of(StatusCodes.Status500InternalServerError, row.Error?.Code ?? "run.failed", $"The run failed.", CallerView.Public(row.Error) is { } error ? (Sentence)$"{error.Message}" : null, runId: row.Id),
    };

    private static async Task<IResult> FindAsync(Guid runId, HttpContext http, IFlowEngine engine, IRunLog log) =>
        await OwnAsync(runId, http, engine) is { } row ? Results.Json(await RunAnswer.OfAsync(row, log, http.RequestAborted), FlowJson.Options) : ApiProblems.NotFound();

    private static async Task<IResult> EventsAsync(Guid runId, HttpContext http, IFlowEngine engine, PublishedFlows flows, INodeTypes types)
    {
        if (await OwnAsync(runId, http, engine) is not { } row || await flows.FindPublishedAsync(row.WorkspaceId, $"{row.FlowId}@{row.Version}", http.RequestAborted) is not { } version) return ApiProblems.NotFound();
        await RunStream.WriteAsync(http, runId, new CallerView(version.Document, types).ShowAsync(engine.WatchAsync(runId, RunStream.From(http.Request), http.RequestAborted), everyText: false));
        return Results.Empty;
    }

    private static async Task<IResult> CancelAsync(Guid runId, HttpContext http, IFlowEngine engine, IRunLog log)
    {
        if (await OwnAsync(runId, http, engine) is null) return ApiProblems.NotFound();
        await engine.CancelAsync(runId, http.RequestAborted);
        return Results.Json(await RunAnswer.OfAsync((await engine.FindAsync(runId, http.RequestAborted))!, log, http.RequestAborted), FlowJson.Options);
    }

    private static async Task<IResult> ResumeAsync(Guid runId, HttpContext http, IFlowEngine engine, IRunLog log)
    {
        if (await OwnAsync(runId, http, engine) is not { } row) return ApiProblems.NotFound();
        if (row.State == RunState.Cancelled) return await AnswerAsync(row, log, http);
        StepAnswer answer = await RequestBody.ReadAsync<StepAnswer>(http.Request);
        if (answer is not { Step.Length: > 0, Decision.Length: > 0 }) return ApiProblems.Of(StatusCodes.Status400BadRequest, "answer.incomplete", $"Send {{ \"step\": …, \"decision\": … }}.");
        await engine.AnswerAsync(runId, answer.Step, new HumanAnswer(answer.Decision, answer.Comment, http.Caller().Name), http.RequestAborted);
        return await AnswerAsync(await engine.WaitAsync(runId, http.RequestAborted), log, http);
    }

    /// <summary>A run of the key's own flow that came in through the API; others do not exist for it.</summary>
    internal static async ValueTask<RunRow?> OwnAsync(Guid runId, HttpContext http, IFlowEngine engine)
    {
        ApiKey key = http.Caller().Key;
        RunRow? row = await engine.FindAsync(runId, http.RequestAborted);
        return row is not null && row.WorkspaceId == key.WorkspaceId && row.FlowId == key.FlowId && row.Trigger == "api" ? row : null;
    }
}
