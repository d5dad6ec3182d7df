using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Api;
using Designer.Web.Features.Flows;
using Microsoft.AspNetCore.Mvc;

namespace Designer.Web.Features.Editor;

/// <summary>A part of a flow that becomes a flow of its own, and the published flow that a sub-flow step would call.</summary>
internal static class SubFlows
{
    public static void Map(RouteGroupBuilder editor)
    {
        editor.MapPost("/flows/{flowId:guid}/extract", ExtractAsync).RequirePermission(Permissions.Flows).WithMetadata(new RequestSizeLimitAttribute(FlowJson.MaxBytes));
        editor.MapGet("/subflows/{flow}", FindAsync).RequirePermission(Permissions.Read);
    }

    private sealed record Extracted(string Slug, string Name, string Version);

    private sealed record Callee(string Slug, string Version, FlowDocument Document, IReadOnlyDictionary<string, string> Bindings);

    /// <summary>Creates the flow with the bindings that its slots have in the flow it comes from, and publishes it, because only published flows are called.</summary>
    private static async Task<IResult> ExtractAsync(Guid flowId, HttpContext http, CurrentMember current, FlowStore flows, FlowExchange exchange, Publishing publishing)
    {
        SignedInMember member = await current.GetAsync();
        if (await flows.FindAsync(member.WorkspaceId, flowId, http.RequestAborted) is not { } outer) return ApiProblems.NotFound();
        using MemoryStream body = new();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        FlowDocument document = FlowJson.Read(body.GetBuffer().AsSpan(0, (int)body.Length));
        if (string.IsNullOrWhiteSpace(document.Name)) return ApiProblems.Of(StatusCodes.Status400BadRequest, "flow.name", $"The new flow needs a name.");
        Dictionary<string, string> bindings = outer.Bindings.Where(b => document.Slots.ContainsKey(b.Key)).ToDictionary();
        string slug = await exchange.AddAsync(member, document, document.Name, bindings, http.RequestAborted);
        FlowDraft flow = (await flows.FindAsync(member.WorkspaceId, slug, http.RequestAborted))!;
        try
        {
            VersionInfo version = await publishing.PublishAsync(member.WorkspaceId, flow.Id, member.Author, cancellation: http.RequestAborted);
            return Results.Json(new Extracted(slug, flow.Name, $"{version.Number}"), FlowJson.Options);
        }
        catch (FlowProblemsException)
        {
            // Nobody could call it, so it would only be in the way.
            await flows.DeleteAsync(member.WorkspaceId, flow.Id, CancellationToken.None);
            throw;
        }
    }

    /// <summary>What <c>slug</c> or <c>slug@3</c> calls.</summary>
    private static async Task<IResult> FindAsync(string flow, CurrentMember current, PublishedFlows published, CancellationToken cancellation)
    {
        SignedInMember member = await current.GetAsync();
        return await published.FindPublishedAsync(member.WorkspaceId, flow, cancellation) is { } version
            ? Results.Json(new Callee(flow.Split('@')[0], version.Version, version.Document, version.Bindings), FlowJson.Options)
            : ApiProblems.NotFound();
    }
}
