using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Api;

namespace Designer.Web.Features.Editor.Debugging;

/// <summary>Pins, breakpoints and test inputs of a draft. Pins and breakpoints are the author's own; test inputs are the workspace's.</summary>
internal static class DebugEndpoints
{
    private const int LongestName = 100;
    private const int LargestInput = 256 * 1024;

    public static void Map(RouteGroupBuilder editor)
    {
        editor.MapGet("/flows/{flowId:guid}/debug", LoadAsync).RequirePermission(Permissions.Read);
        editor.MapPut("/flows/{flowId:guid}/pins/{node}", PinAsync).RequirePermission(Permissions.Run);
        editor.MapDelete("/flows/{flowId:guid}/pins/{node}", UnpinAsync).RequirePermission(Permissions.Run);
        editor.MapDelete("/flows/{flowId:guid}/pins", UnpinAllAsync).RequirePermission(Permissions.Run);
        editor.MapPut("/flows/{flowId:guid}/breakpoints/{node}", BreakAsync).RequirePermission(Permissions.Run);
        editor.MapDelete("/flows/{flowId:guid}/breakpoints/{node}", UnbreakAsync).RequirePermission(Permissions.Run);
        editor.MapPut("/flows/{flowId:guid}/inputs", SaveInputAsync).RequirePermission(Permissions.Flows);
        editor.MapDelete("/flows/{flowId:guid}/inputs/{id:guid}", DeleteInputAsync).RequirePermission(Permissions.Flows);
        editor.MapPost("/runs/{runId:guid}/continue", ContinueAsync).RequirePermission(Permissions.Run);
    }

    private sealed record PinRequest(JsonElement Outputs, string? Port);

    private sealed record InputRequest(string? Name, JsonElement Input);

    private sealed record ContinueRequest(string? Step, string? Decision);

    private static async Task<IResult> LoadAsync(Guid flowId, CurrentMember current, FlowStore flows, DebugStore debug, CancellationToken cancellation)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is null) return ApiProblems.NotFound();
        DebugMarks marks = await debug.MarksAsync(member.WorkspaceId, flowId, member.Author, cancellation);
        return Results.Json(new { marks.Pins, marks.Breakpoints, Inputs = await debug.InputsAsync(member.WorkspaceId, flowId, cancellation) }, FlowJson.Options);
    }

    private static async Task<IResult> PinAsync(Guid flowId, string node, bool? own, HttpContext http, CurrentMember current, FlowStore flows, DebugStore debug, INodeTypes types)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, own == true ? member.Author : "", http.RequestAborted) is not { } draft) return ApiProblems.NotFound();
        PinRequest request = await RequestBody.ReadAsync<PinRequest>(http.Request);
        Pin pin = new(request.Outputs, request.Port is { Length: > 0 } port ? port : "out");
        IReadOnlyList<Problem> problems = PinCheck.Check(FlowJson.Read(draft.Document.Span), types, node, pin);
        if (problems.Count > 0) return ApiProblems.Of(StatusCodes.Status422UnprocessableEntity, problems[0].Code, $"This cannot be pinned.", problems[0].Message, problems);
        await debug.PinAsync(member.WorkspaceId, flowId, member.Author, node, pin, http.RequestAborted);
        return Results.NoContent();
    }

    private static Task<IResult> UnpinAsync(Guid flowId, string node, CurrentMember current, FlowStore flows, DebugStore debug, CancellationToken cancellation) =>
        OnFlowAsync(flowId, current, flows, member => debug.PinAsync(member.WorkspaceId, flowId, member.Author, node, null, cancellation), cancellation);

    private static Task<IResult> UnpinAllAsync(Guid flowId, CurrentMember current, FlowStore flows, DebugStore debug, CancellationToken cancellation) =>
        OnFlowAsync(flowId, current, flows, member => debug.UnpinAllAsync(member.WorkspaceId, flowId, member.Author, cancellation), cancellation);

    private static async Task<IResult> BreakAsync(Guid flowId, string node, bool? own, CurrentMember current, FlowStore flows, DebugStore debug, CancellationToken cancellation)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, own == true ? member.Author : "", cancellation) is not { } draft) return ApiProblems.NotFound();
        if (!PinCheck.Has(FlowJson.Read(draft.Document.Span), node)) return ApiProblems.NotFound();
        await debug.SetBreakpointAsync(member.WorkspaceId, flowId, member.Author, node, isSet: true, cancellation);
        return Results.NoContent();
    }

    private static Task<IResult> UnbreakAsync(Guid flowId, string node, CurrentMember current, FlowStore flows, DebugStore debug, CancellationToken cancellation) =>
        OnFlowAsync(flowId, current, flows, member => debug.SetBreakpointAsync(member.WorkspaceId, flowId, member.Author, node, isSet: false, cancellation), cancellation);

    private static async Task<IResult> SaveInputAsync(Guid flowId, HttpContext http, CurrentMember current, FlowStore flows, DebugStore debug)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, http.RequestAborted) is null) return ApiProblems.NotFound();
        InputRequest request = await RequestBody.ReadAsync<InputRequest>(http.Request);
        string name = request.Name?.Trim() ?? "";
        if (name.Length is 0 or > LongestName) return ApiProblems.Of(StatusCodes.Status400BadRequest, "input.name", $"Give the input a name of at most {LongestName} characters.");
        if (request.Input.ValueKind != JsonValueKind.Object) return ApiProblems.Of(StatusCodes.Status400BadRequest, "input.invalid", $"An input is a JSON object.");
        if (request.Input.GetRawText().Length > LargestInput) return ApiProblems.Of(StatusCodes.Status413PayloadTooLarge, "input.tooLarge", $"A test input may have {LargestInput / 1024} KB.");
        return Results.Json(await debug.SaveInputAsync(member.WorkspaceId, flowId, name, request.Input, member.Author, http.RequestAborted), FlowJson.Options);
    }

    private static async Task<IResult> DeleteInputAsync(Guid flowId, Guid id, CurrentMember current, DebugStore debug, CancellationToken cancellation) =>
        await debug.DeleteInputAsync((await current.GetAsync()).WorkspaceId, flowId, id, cancellation) ? Results.NoContent() : ApiProblems.NotFound();

    /// <summary>Tells a run that stopped at a breakpoint how to go on. Whoever may run a draft may do so; a person's answer needs more.</summary>
    private static async Task<IResult> ContinueAsync(Guid runId, HttpContext http, CurrentMember current, IFlowEngine engine)
    {
        SignedInMember member = await current.GetAsync();
        if (await engine.FindPreviewAsync(runId, http.RequestAborted) is not { } row || row.WorkspaceId != member.WorkspaceId) return ApiProblems.NotFound();
        ContinueRequest request = await RequestBody.ReadAsync<ContinueRequest>(http.Request);
        if (request is not { Step.Length: > 0, Decision.Length: > 0 }) return ApiProblems.Of(StatusCodes.Status400BadRequest, "answer.incomplete", $"Send {{ \"step\": …, \"decision\": … }}.");
        await engine.AnswerAsync(runId, Breakpoint.Before(request.Step), new HumanAnswer(request.Decision, By: member.Author), http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> OnFlowAsync(Guid flowId, CurrentMember current, FlowStore flows, Func<SignedInMember, Task> change, CancellationToken cancellation)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is null) return ApiProblems.NotFound();
        await change(member);
        return Results.NoContent();
    }
}
