using System.Globalization;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Api;

namespace Designer.Web.Features.Editor.Batches;

/// <summary>A draft run over the rows of a table: look at the table, start, follow, cancel, take the results home.</summary>
internal static class BatchEndpoints
{
    private const int MostAtOnce = 16;
    private const int ShownErrors = 50;
    private const int ShownOutput = 400;
    private const int PageSize = 200;

    public static void Map(RouteGroupBuilder editor)
    {
        editor.MapPost("/flows/{flowId:guid}/batches/check", CheckAsync).RequirePermission(Permissions.Run);
        editor.MapPost("/flows/{flowId:guid}/batches", StartAsync).RequirePermission(Permissions.Run);
        editor.MapGet("/flows/{flowId:guid}/batches", ListAsync).RequirePermission(Permissions.Read);
        editor.MapGet("/batches/{id:guid}", FindAsync).RequirePermission(Permissions.Read);
        editor.MapGet("/batches/{id:guid}/csv", DownloadAsync).RequirePermission(Permissions.Read);
        editor.MapPost("/batches/{id:guid}/cancel", CancelAsync).RequirePermission(Permissions.Run);
    }

    private sealed record TableRequest(string? Csv, Dictionary<string, string?>? Mapping, string? Name, int? Concurrency);

    private static async Task<IResult> CheckAsync(Guid flowId, bool? own, HttpContext http, CurrentMember current, FlowStore flows)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, own == true ? member.Author : "", http.RequestAborted) is not { } draft) return ApiProblems.NotFound();
        TableRequest request = await RequestBody.ReadAsync<TableRequest>(http.Request);
        return Planned(FlowJson.Read(draft.Document.Span), request, plan => Results.Json(new
        {
            plan.Columns,
            plan.Inputs,
            Rows = plan.Rows.Count,
            ErrorCount = plan.Rows.Count(r => r.Error is not null),
            Errors = plan.Rows.Where(r => r.Error is not null).Take(ShownErrors).Select(r => new { Row = r.Number, r.Line, Message = r.Error }),
            Sample = plan.Rows.Take(3).Select(r => r.Cells),
        }, FlowJson.Options));
    }

    private static async Task<IResult> StartAsync(Guid flowId, bool? own, HttpContext http, CurrentMember current, FlowStore flows, EditorLoader loader, BatchStore batches, BatchRunner runner)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, own == true ? member.Author : "", http.RequestAborted) is not { } draft) return ApiProblems.NotFound();
        TableRequest request = await RequestBody.ReadAsync<TableRequest>(http.Request);
        FlowDocument document = FlowJson.Read(draft.Document.Span);
        List<Problem> errors = [.. (await loader.CheckAsync(member.WorkspaceId, document, draft.Bindings, http.RequestAborted)).Where(p => p.Severity == ProblemSeverity.Error)];
        if (errors.Count > 0) throw new FlowProblemsException(errors);
        BatchPlan plan;
        try
        {
            plan = BatchPlan.Make(document, request.Csv ?? "", request.Mapping);
        }
        catch (CsvException e)
        {
            return Refused(e);
        }
        if (!plan.IsMapped) return Refused(new CsvException("batch.nothingMapped", $"No column is called like an input ({string.Join(", ", plan.Inputs.Select(i => i.Name))}). Choose which column fills which."));
        if (plan.Rows.All(r => r.Error is not null)) return Refused(new CsvException("batch.noRowFits", $"No row fits the inputs. Row 1: {plan.Rows[0].Error}."));
        string name = request.Name?.Trim() is { Length: > 0 } given ? given[..Math.Min(given.Length, 200)] : L["Table"];
        Guid id = await batches.CreateAsync(member.WorkspaceId, new NewBatch(
            flowId, name, member.Author, $"draft@{draft.Revision}", draft.Document, draft.Bindings, plan.Columns, Math.Clamp(request.Concurrency ?? 4, 1, MostAtOnce),
            [.. plan.Rows.Select(r => new NewBatchItem(r.Cells, r.Input, r.Error))]), http.RequestAborted);
        runner.Wake();
        return Results.Json(new { id }, FlowJson.Options);
    }

    private static IResult Planned(FlowDocument document, TableRequest request, Func<BatchPlan, IResult> answer)
    {
        try
        {
            return answer(BatchPlan.Make(document, request.Csv ?? "", request.Mapping));
        }
        catch (CsvException e)
        {
            return Refused(e);
        }
    }

    private static IResult Refused(CsvException e) => ApiProblems.Of(StatusCodes.Status422UnprocessableEntity, e.Code, $"This table cannot be run.", $"{e.Message}");

    private static async Task<IResult> ListAsync(Guid flowId, CurrentMember current, BatchStore batches, CancellationToken cancellation) =>
        Results.Json(await batches.ListAsync((await current.GetAsync()).WorkspaceId, flowId, cancellation), FlowJson.Options);

    private static async Task<IResult> FindAsync(Guid id, int? skip, int? take, CurrentMember current, BatchStore batches, BatchRunner runner, IFlowEngine engine, CancellationToken cancellation)
    {
        if (await batches.FindAsync((await current.GetAsync()).WorkspaceId, id, cancellation) is not { } batch) return ApiProblems.NotFound();
        IReadOnlyList<BatchItem> items = await batches.ItemsAsync(id, Math.Max(0, skip ?? 0), Math.Clamp(take ?? PageSize, 0, PageSize), cancellation);
        items = await AnsweredAsync(items, id, batches, runner, engine, cancellation);
        return Results.Json(new
        {
            Batch = batch,
            Items = items.Select(i => new { i.Number, i.Cells, i.RunId, i.State, Output = Short(Said(i.Output)), i.Error, i.DurationMs, i.Tokens, i.Cost }),
        }, FlowJson.Options);
    }

    /// <summary>Rows that waited for a person may have gone on since.</summary>
    private static async Task<IReadOnlyList<BatchItem>> AnsweredAsync(IReadOnlyList<BatchItem> items, Guid batchId, BatchStore batches, BatchRunner runner, IFlowEngine engine, CancellationToken cancellation)
    {
        bool isChanged = false;
        foreach (BatchItem item in items.Where(i => i.State == RunState.Waiting))
        {
            if (await engine.FindAsync(item.RunId!.Value, cancellation) is not { IsEnded: true } row) continue;
            await runner.WriteAsync(batchId, item.Number, row, cancellation);
            isChanged = true;
        }
        return isChanged ? await batches.ItemsAsync(batchId, items[0].Number - 1, items.Count, cancellation) : items;
    }

    private static async Task<IResult> DownloadAsync(Guid id, CurrentMember current, BatchStore batches, CancellationToken cancellation)
    {
        if (await batches.FindAsync((await current.GetAsync()).WorkspaceId, id, cancellation) is not { } batch) return ApiProblems.NotFound();
        // The mark tells spreadsheets that it is UTF-8.
        StringBuilder csv = new("\uFEFF");
        csv.Append(Csv.Line([.. batch.Columns, "Output", "Status", "Error", "Milliseconds", "Tokens", "Cost", "Run"]));
        foreach (BatchItem i in await batches.ItemsAsync(id, cancellation: cancellation))
        {
            // A row that did not fit the header is cut or filled up, so that the columns behind stand where they belong.
            IEnumerable<string> cells = i.Cells.Concat(Enumerable.Repeat("", batch.Columns.Count)).Take(batch.Columns.Count);
            csv.Append(Csv.Line([
                .. cells, Said(i.Output) ?? "", JsonNamingPolicy.CamelCase.ConvertName(i.State.ToString()), i.Error ?? "", i.DurationMs?.ToString("0", CultureInfo.InvariantCulture) ?? "",
                i.Tokens.ToString(CultureInfo.InvariantCulture), i.Cost.ToString(CultureInfo.InvariantCulture), i.RunId?.ToString() ?? ""]));
        }
        string name = L["{0} results", Path.GetFileNameWithoutExtension(batch.Name)];
        return Results.File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv; charset=utf-8", name + ".csv");
    }

    private static async Task<IResult> CancelAsync(Guid id, CurrentMember current, BatchStore batches, BatchRunner runner, CancellationToken cancellation)
    {
        SignedInMember member = await current.GetAsync();
        if (await batches.FindAsync(member.WorkspaceId, id, cancellation) is null) return ApiProblems.NotFound();
        bool isCancelled = await batches.CancelAsync(member.WorkspaceId, id, cancellation);
        if (isCancelled) runner.Cancel(id);
        return Results.Json(new { cancelled = isCancelled });
    }

    /// <summary>The answer's text where it is all there is, else the output as JSON.</summary>
    private static string? Said(string? output)
    {
        if (output is null) return null;
        JsonElement json = JsonElement.Parse(output);
        if (json.ValueKind == JsonValueKind.String) return json.GetString();
        if (json.ValueKind != JsonValueKind.Object) return output;
        List<JsonProperty> members = [.. json.EnumerateObject().Where(m => m.Name != "citations")];
        return members is [{ Name: "text", Value.ValueKind: JsonValueKind.String } text] ? text.Value.GetString() : members.Count == 0 ? "" : output;
    }

    private static string? Short(string? text) => text?.Length > ShownOutput ? text[..ShownOutput] + "…" : text;
}
