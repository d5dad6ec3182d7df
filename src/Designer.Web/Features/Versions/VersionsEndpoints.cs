using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Api;

namespace Designer.Web.Features.Versions;

public static class VersionsEndpoints
{
    public static void AddVersions(this IServiceCollection services) => services.AddSingleton<FlowStates>();

    public static void MapVersions(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/editor/flows/{flowId:guid}/compare", CompareAsync).RequirePermission(Permissions.Read).AddEndpointFilter(ApiProblems.Filter).ExcludeFromDescription();

    /// <summary>Two states of a flow and what differs, as the canvas draws it.</summary>
    private static async Task<IResult> CompareAsync(Guid flowId, string from, string to, CurrentMember current, FlowStates states, INodeTypes catalog, CancellationToken cancellation) =>
        await states.CompareAsync(await current.GetAsync(), flowId, from, to, cancellation) is { } compared
            ? Results.Json(new { compared.Before, compared.After, compared.Diff, NodeTypes = catalog.All }, FlowJson.Options)
            : ApiProblems.NotFound();
}
