using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Runs;

namespace Designer.Web.Features.Api;

/// <summary>The public API: start a published flow, follow, cancel and resume its runs. A key opens one flow.</summary>
public static class RunEndpoints
{
    public static void MapPublicApi(this IEndpointRouteBuilder endpoints)
    {
        // The key decides here, not the session's cookie, so the fallback policy is set aside.
        RouteGroupBuilder api = endpoints.MapGroup("/api/v1").AllowAnonymous().DisableAntiforgery().WithTags("Runs");
        api.AddEndpointFilter(ApiProblems.Filter);
        RouteGroupBuilder run = api.MapGroup("").AddEndpointFilter(new ApiKeyFilter());
        run.MapPost("/flows/{slug}/runs", StartAsync).WithName("StartRun").Accepts<RunBody>("application/json").Produces<RunAnswer>().ProducesProblem(401).ProducesProblem(422)
            .WithSummary("Run a published flow").WithDescription("Blocking by default; Accept: text/event-stream streams; Prefer: respond-async answers 202 at once.");
        run.MapGet("/runs/{runId:guid}", FindAsync).WithName("GetRun").Produces<RunAnswer>().ProducesProblem(404).WithSummary("A run's state and output");
        run.MapGet("/runs/{runId:guid}/events", EventsAsync).WithName("WatchRun").ProducesProblem(404).WithSummary("A run's events (SSE), from Last-Event-ID on");
        run.MapPost("/runs/{runId:guid}/cancel", CancelAsync).WithName("CancelRun").Produces<RunAnswer>().ProducesProblem(404).WithSummary("Cancel a run");
        api.MapPost("/runs/{runId:guid}/resume", ResumeAsync).AddEndpointFilter(new ApiKeyFilter(needsApprove: true)).WithName("ResumeRun")
            .Accepts<StepAnswer>("application/json").Produces<RunAnswer>().ProducesProblem(409).WithSummary("Answer a step that waits for a person");
    }

    /// <summary>How the body looks, for the API's description.</summary>
    public sealed record RunBody(Dictionary<string, object> Input, string? ConversationId = null);

    public sealed record StepAnswer(string Step, string Decision, string? Comment = null);

    private static async Task<IResult> StartAsync(string slug, HttpContext http, PublishedFlows flows, IFlowEngine engine, INodeTypes types)
    {
        ApiKey key = http.Caller().Key;
        if (await flows.FindAsync(key.WorkspaceId, slug, http.RequestAborted) is not { } flow || flow.Version.FlowId != key.FlowId) return ApiProblems.NotFound();
        string? idempotencyKey = http.Request.Headers["Idempotency-Key"];
        if (idempotencyKey is { Length: > 200 }) return ApiProblems.Of(StatusCodes.Status400BadRequest, "idempotency.tooLong", "The Idempotency-Key has more than 200 characters.");
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
            await RunStream.WriteAsync(http, started.Id, engine.WatchAsync(started.Id, RunStream.From(http.Request), http.RequestAborted), new CallerView(flow.Version.Document, types).Show);
            return Results.Empty;
        }
        return Answer(await engine.WaitAsync(started.Id, http.RequestAborted));
    }

    private static IResult Answer(RunRow row) => row.State switch
    {
        RunState.Completed => Results.Json(RunAnswer.Of(row), FlowJson.Options),
        RunState.Waiting => Results.Json(RunAnswer.Of(row), FlowJson.Options, statusCode: StatusCodes.Status202Accepted),
        RunState.Cancelled => ApiProblems.Of(StatusCodes.Status409Conflict, "run.cancelled", "The run was cancelled.", runId: row.Id),
        _ when row.Error?.Code.StartsWith("input.", StringComparison.Ordinal) == true => ApiProblems.Of(StatusCodes.Status400BadRequest, row.Error.Code, "The input does not fit.", row.Error.Message, runId: row.Id),
        _ => ApiProblems.Of(StatusCodes.Status500InternalServerError, row.Error?.Code ?? "run.failed", "The run failed.", row.Error?.Message, runId: row.Id),
    };

    private static async Task<IResult> FindAsync(Guid runId, HttpContext http, IFlowEngine engine) =>
        await OwnAsync(runId, http, engine) is { } row ? Results.Json(RunAnswer.Of(row), FlowJson.Options) : ApiProblems.NotFound();

    private static async Task<IResult> EventsAsync(Guid runId, HttpContext http, IFlowEngine engine, PublishedFlows flows, INodeTypes types)
    {
        if (await OwnAsync(runId, http, engine) is not { } row || await flows.FindPublishedAsync(row.WorkspaceId, $"{row.FlowId}@{row.Version}", http.RequestAborted) is not { } version) return ApiProblems.NotFound();
        await RunStream.WriteAsync(http, runId, engine.WatchAsync(runId, RunStream.From(http.Request), http.RequestAborted), new CallerView(version.Document, types).Show);
        return Results.Empty;
    }

    private static async Task<IResult> CancelAsync(Guid runId, HttpContext http, IFlowEngine engine)
    {
        if (await OwnAsync(runId, http, engine) is null) return ApiProblems.NotFound();
        await engine.CancelAsync(runId, http.RequestAborted);
        return Results.Json(RunAnswer.Of((await engine.FindAsync(runId, http.RequestAborted))!), FlowJson.Options);
    }

    private static async Task<IResult> ResumeAsync(Guid runId, HttpContext http, IFlowEngine engine)
    {
        if (await OwnAsync(runId, http, engine) is null) return ApiProblems.NotFound();
        StepAnswer? answer = await JsonSerializer.DeserializeAsync<StepAnswer>(http.Request.Body, FlowJson.Options, http.RequestAborted);
        if (answer is not { Step.Length: > 0, Decision.Length: > 0 }) return ApiProblems.Of(StatusCodes.Status400BadRequest, "answer.incomplete", "Send { \"step\": …, \"decision\": … }.");
        await engine.AnswerAsync(runId, answer.Step, new HumanAnswer(answer.Decision, answer.Comment, http.Caller().Name), http.RequestAborted);
        return Answer(await engine.WaitAsync(runId, http.RequestAborted));
    }

    /// <summary>A run of the key's own flow that came in through the API; others do not exist for it.</summary>
    private static async ValueTask<RunRow?> OwnAsync(Guid runId, HttpContext http, IFlowEngine engine)
    {
        ApiKey key = http.Caller().Key;
        RunRow? row = await engine.FindAsync(runId, http.RequestAborted);
        return row is not null && row.WorkspaceId == key.WorkspaceId && row.FlowId == key.FlowId && row.Trigger == "api" ? row : null;
    }
}
