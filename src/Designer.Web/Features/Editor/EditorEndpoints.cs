using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Api;
using Designer.Web.Features.Editor.Batches;
using Designer.Web.Features.Editor.Debugging;
using Designer.Web.Features.Runs;

namespace Designer.Web.Features.Editor;

/// <summary>What the canvas and the run panel fetch with the member's session. Commands go over the circuit; runs are followed here, so that they outlive it.</summary>
public static class EditorEndpoints
{
    public static void AddEditor(this IServiceCollection services)
    {
        services.AddSingleton<SlotChoices>();
        services.AddSingleton<EditorLoader>();
        services.AddSingleton<DraftEditing>();
        services.AddSingleton<OwnDrafts>();
        services.AddSingleton<OpenEditors>();
        services.AddSingleton<Publishing>();
        services.AddSingleton<BatchRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<BatchRunner>());
    }

    public static void MapEditor(this IEndpointRouteBuilder endpoints)
    {
        // Foreign pages are kept out by the same-origin guard; a JSON body cannot carry a form's token.
        RouteGroupBuilder editor = endpoints.MapGroup("/api/editor").DisableAntiforgery().ExcludeFromDescription();
        editor.AddEndpointFilter(ApiProblems.Filter);
        editor.MapGet("/flows/{flowId:guid}", LoadAsync).RequirePermission(Permissions.Read);
        editor.MapGet("/flows/{flowId:guid}/published", PublishedAsync).RequirePermission(Permissions.Read);
        editor.MapPost("/flows/{flowId:guid}/runs", StartAsync).RequirePermission(Permissions.Run);
        editor.MapGet("/runs/{runId:guid}", FindAsync).RequirePermission(Permissions.Read);
        editor.MapGet("/runs/{runId:guid}/events", EventsAsync).RequirePermission(Permissions.Read);
        editor.MapPost("/runs/{runId:guid}/cancel", CancelAsync).RequirePermission(Permissions.Run);
        editor.MapPost("/runs/{runId:guid}/answer", AnswerAsync).RequirePermission(Permissions.Approve);
        Preview.Map(editor);
        SubFlows.Map(editor);
        DebugEndpoints.Map(editor);
        BatchEndpoints.Map(editor);
    }

    private sealed record StartRun(JsonElement Input, string? ConversationId, Target? Target, Guid? ReplayOf, bool AllowEffects);

    private sealed record Target(string Node, string Mode);

    private sealed record StepAnswer(string Step, string Decision, string? Comment);

    /// <param name="own">The member's own draft instead of the shared one.</param>
    private static async Task<IResult> LoadAsync(Guid flowId, bool? own, CurrentMember current, EditorLoader loader, CancellationToken cancellation) =>
        await current.GetAsync() is var member && await loader.LoadAsync(member, flowId, own == true ? member.Author : "", cancellation) is { } state ? Results.Json(state, SpokenJson.Options) : ApiProblems.NotFound();

    /// <summary>The document that callers run; nothing before the first publication.</summary>
    private static async Task<IResult> PublishedAsync(Guid flowId, CurrentMember current, FlowStore flows, CancellationToken cancellation)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is not { } draft) return ApiProblems.NotFound();
        return draft.LatestVersion is { } number && await flows.FindVersionAsync(member.WorkspaceId, flowId, number, cancellation) is { } version
            ? Results.Bytes(version.Document, "application/json")
            : Results.NoContent();
    }

    private static async Task<IResult> StartAsync(Guid flowId, bool? own, HttpContext http, CurrentMember current, FlowStore flows, DebugStore debug, IFlowEngine engine)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, own == true ? member.Author : "", http.RequestAborted) is not { } draft) return ApiProblems.NotFound();
        StartRun request = await RequestBody.ReadAsync<StartRun>(http.Request);
        if (request.Target is { Node: null }) return ApiProblems.Of(StatusCodes.Status400BadRequest, "target.incomplete", $"The target names no node.");
        FlowVersion version = new(member.WorkspaceId, flowId, $"draft@{draft.Revision}", FlowJson.Read(draft.Document.Span), draft.Bindings);
        DebugMarks marks = await debug.MarksAsync(member.WorkspaceId, flowId, member.Author, http.RequestAborted);
        bool isOneNode = request.Target is { Mode: "only" };
        StartedRun run = await engine.StartAsync(version, request.Input.ValueKind == JsonValueKind.Object ? request.Input : JsonElement.Parse("{}"), new RunOptions
        {
            Trigger = "editor",
            StartedBy = member.Author,
            ConversationId = request.ConversationId,
            Target = request.Target is { } target ? new RunTarget(target.Node, isOneNode) : null,
            ReplayOf = request.ReplayOf,
            AllowEffects = request.AllowEffects,
            Pins = marks.Pins.Count > 0 ? marks.Pins : null,
            // Who asks for one node wants it run now.
            Breakpoints = marks.Breakpoints.Count > 0 && !isOneNode ? marks.Breakpoints : null,
            IsDurableStart = true,
        }, CancellationToken.None);
        return Results.Json(new { runId = run.Id }, FlowJson.Options);
    }

    private static async Task<IResult> FindAsync(Guid runId, CurrentMember current, IFlowEngine engine, CancellationToken cancellation) =>
        await OwnAsync(runId, current, engine, cancellation) is not null && await engine.FindAsync(runId, cancellation) is { } row ? Results.Json(SpokenJson.Say(row), SpokenJson.Options) : ApiProblems.NotFound();

    private static async Task<IResult> EventsAsync(Guid runId, HttpContext http, CurrentMember current, IFlowEngine engine)
    {
        if (await OwnAsync(runId, current, engine, http.RequestAborted) is null) return ApiProblems.NotFound();
        await RunStream.WriteAsync(http, runId, engine.WatchPreviewsAsync(runId, RunStream.From(http.Request), http.RequestAborted).Select(LargeEvents.Preview).Select(SpokenJson.Say));
        return Results.Empty;
    }

    private static async Task<IResult> CancelAsync(Guid runId, CurrentMember current, IFlowEngine engine, CancellationToken cancellation)
    {
        if (await OwnAsync(runId, current, engine, cancellation) is null) return ApiProblems.NotFound();
        return Results.Json(new { cancelled = await engine.CancelAsync(runId, cancellation) });
    }

    private static async Task<IResult> AnswerAsync(Guid runId, HttpContext http, CurrentMember current, IFlowEngine engine)
    {
        if (await OwnAsync(runId, current, engine, http.RequestAborted) is null) return ApiProblems.NotFound();
        StepAnswer answer = await RequestBody.ReadAsync<StepAnswer>(http.Request);
        if (answer is not { Step.Length: > 0, Decision.Length: > 0 }) return ApiProblems.Of(StatusCodes.Status400BadRequest, "answer.incomplete", $"Send {{ \"step\": …, \"decision\": … }}.");
        await engine.AnswerAsync(runId, answer.Step, new HumanAnswer(answer.Decision, answer.Comment, (await current.GetAsync()).Author), http.RequestAborted);
        return Results.NoContent();
    }

    private static async ValueTask<RunRow?> OwnAsync(Guid runId, CurrentMember current, IFlowEngine engine, CancellationToken cancellation)
    {
        SignedInMember member = await current.GetAsync();
        return await engine.FindPreviewAsync(runId, cancellation) is { } row && row.WorkspaceId == member.WorkspaceId ? row : null;
    }
}
