using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Api;

namespace Designer.Web.Features.Files;

/// <summary>Files in and out: for callers with a key, and for members at the editor and the run page.</summary>
public static class FileEndpoints
{
    public static void MapFiles(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup("/api/v1").AllowAnonymous().DisableAntiforgery().WithTags("Files");
        api.AddEndpointFilter(ApiProblems.Filter);
        api.AddEndpointFilter(new ApiKeyFilter());
        api.MapPost("/files", UploadAsync).WithName("UploadFile").Accepts<IFormFile>("multipart/form-data", "*/*").Produces<FileRef>(201).WithSummary("Upload a file")
            .WithDescription("As a form's file, or as the body itself with `?name=`. The answer is what a `file` or `image` input of a flow takes. A file that no run uses goes after a day.")
            .Refuses(400, 401, 403, 413, 415, 507);
        api.MapGet("/runs/{runId:guid}/files/{fileId}", DownloadAsync).WithName("GetFile").Produces<byte[]>(200, "application/octet-stream").WithSummary("A file of a run's input or output").Refuses(401, 404);

        RouteGroupBuilder editor = endpoints.MapGroup("/api/editor").DisableAntiforgery().ExcludeFromDescription();
        editor.AddEndpointFilter(ApiProblems.Filter);
        editor.MapPost("/files", UploadAsMemberAsync).RequirePermission(Permissions.Run);
        editor.MapGet("/runs/{runId:guid}/files/{fileId}", DownloadAsMemberAsync).RequirePermission(Permissions.Read);
        editor.MapGet("/runs/{runId:guid}/input", InputAsync).RequirePermission(Permissions.Read);
        editor.MapGet("/runs/{runId:guid}/output", OutputAsync).RequirePermission(Permissions.Read);
        editor.MapGet("/runs/{runId:guid}/events/{seq:long:min(1)}/{member}", ValueAsync).RequirePermission(Permissions.Read);
    }

    private static async Task<IResult> UploadAsync(HttpContext http, FlowFiles files) => Uploaded(await FileUpload.ReadAsync(http, http.Caller().Key.WorkspaceId, files));

    private static async Task<IResult> UploadAsMemberAsync(HttpContext http, CurrentMember current, FlowFiles files) =>
        Uploaded(await FileUpload.ReadAsync(http, (await current.GetAsync()).WorkspaceId, files));

    private static IResult Uploaded(FileRef file) => Results.Json(file, FlowJson.Options, statusCode: StatusCodes.Status201Created);

    // A caller sees what went in and what came out, and nothing in between: the file must stand in one of them.
    private static async Task<IResult> DownloadAsync(Guid runId, string fileId, HttpContext http, IFlowEngine engine, FlowFiles files) =>
        await RunEndpoints.OwnAsync(runId, http, engine) is { } row && FlowValue.FilesIn(row.Output).Concat(FlowValue.FilesIn(row.Input)).FirstOrDefault(f => f.Id == fileId) is { } file
            && await files.IsKeptAsync(row.WorkspaceId, fileId, runId, http.RequestAborted)
            ? await FileDownload.OfAsync(http, files, row.WorkspaceId, fileId, file.Name)
            : ApiProblems.NotFound();

    private static async Task<IResult> DownloadAsMemberAsync(Guid runId, string fileId, string? name, HttpContext http, CurrentMember current, IFlowEngine engine, FlowFiles files)
    {
        SignedInMember member = await current.GetAsync();
        bool isHere = await engine.FindPreviewAsync(runId, http.RequestAborted) is { } row && row.WorkspaceId == member.WorkspaceId
            && await files.IsKeptAsync(member.WorkspaceId, fileId, runId, http.RequestAborted);
        return isHere ? await FileDownload.OfAsync(http, files, member.WorkspaceId, fileId, name) : ApiProblems.NotFound();
    }

    /// <summary>One value of an event, whole: what a trace shows as a preview.</summary>
    private static async Task<IResult> ValueAsync(Guid runId, long seq, string member, HttpContext http, CurrentMember current, IFlowEngine engine)
    {
        SignedInMember asking = await current.GetAsync();
        if (await engine.FindPreviewAsync(runId, http.RequestAborted) is not { } row || row.WorkspaceId != asking.WorkspaceId) return ApiProblems.NotFound();
        // An event that is not there yet is not waited for.
        if (await FirstAsync(engine.WatchAsync(runId, seq, http.RequestAborted), http.RequestAborted) is not { Data: { } data } e || e.Seq != seq) return ApiProblems.NotFound();
        object? value = member switch { "input" => data.Input, "output" => data.Output, "inputs" => data.Inputs, "outputs" => data.Outputs, _ => null };
        return Whole(http, value, $"{e.Step?.Replace('/', ' ') ?? "run"} {member}.json");
    }

    private static async Task<IResult> InputAsync(Guid runId, HttpContext http, CurrentMember current, IFlowEngine engine) =>
        Whole(http, (await OwnAsync(runId, http, current, engine))?.Input, "run input.json");

    private static async Task<IResult> OutputAsync(Guid runId, HttpContext http, CurrentMember current, IFlowEngine engine) =>
        Whole(http, (await OwnAsync(runId, http, current, engine))?.Output, "run output.json");

    /// <summary>A run of the member's workspace, with all that went in and came out.</summary>
    private static async ValueTask<RunRow?> OwnAsync(Guid runId, HttpContext http, CurrentMember current, IFlowEngine engine) =>
        await engine.FindPreviewAsync(runId, http.RequestAborted) is { } row && row.WorkspaceId == (await current.GetAsync()).WorkspaceId ? await engine.FindAsync(runId, http.RequestAborted) : null;

    private static IResult Whole(HttpContext http, object? value, string name)
    {
        if (value is null or JsonElement { ValueKind: JsonValueKind.Undefined }) return ApiProblems.NotFound();
        FileDownload.Protect(http.Response);
        return Results.File(JsonSerializer.SerializeToUtf8Bytes(FlowValue.ToJson(value), FlowJson.Options), "application/json", FileName.Clean(name));
    }

    private static async ValueTask<RunEvent?> FirstAsync(IAsyncEnumerable<RunEvent> events, CancellationToken left)
    {
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(left);
        soon.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await foreach (RunEvent e in events.WithCancellation(soon.Token)) return e;
        }
        catch (OperationCanceledException) when (!left.IsCancellationRequested)
        {
            // Nothing came.
        }
        return null;
    }
}
