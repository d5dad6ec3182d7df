using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Shell;

namespace Designer.Web.Features.Flows;

/// <summary>Flows, pages and actions for the command palette.</summary>
public sealed class FlowPalette(CurrentMember current, FlowStore flows) : IPaletteSource
{
    private const int MostFlows = 8;

    private static (string Permission, PaletteHit Hit)[] Possible =>
    [
        (Permissions.Flows, new(L["Actions"], L["New flow"], "plus", "/?new=true")),
        (Permissions.Flows, new(L["Actions"], L["Start from a template"], "layout-template", "/templates")),
        (Permissions.Models, new(L["Actions"], L["Connect a model"], "cpu", "/models?connect=1")),
        (Permissions.Playground, new(L["Pages"], L["Playground"], "messages-square", "/models/playground")),
        (Permissions.Models, new(L["Actions"], L["Add a credential"], "key-round", "/settings/credentials?add=true")),
        (Permissions.Knowledge, new(L["Actions"], L["New knowledge base"], "book-open", "/knowledge?new=true")),
        (Permissions.Members, new(L["Actions"], L["Invite a member"], "user-plus", "/settings/members?invite=true")),
    ];

    public async Task<IReadOnlyList<PaletteHit>> FindAsync(string text)
    {
        if (await current.FindAsync() is not { } member) return [];
        string wanted = text.Trim();
        FlowList found = await flows.ListAsync(member.WorkspaceId, wanted, take: MostFlows);
        IEnumerable<PaletteHit> hits = found.Flows.Select(flow =>
            new PaletteHit(L["Flows"], flow.Name, "workflow", Urls.Flow(flow.Slug), flow.LatestVersion is { } version ? L["live · v{0}", version] : L["draft"]));
        IEnumerable<PaletteHit> pages = Places.Rail.Select(place => new PaletteHit(L["Pages"], place.Name, place.Icon, place.Url))
            .Append(new PaletteHit(L["Pages"], L["Help"], "circle-question-mark", "/help"));
        IEnumerable<PaletteHit> actions = Possible.Where(action => member.May(action.Permission)).Select(action => action.Hit);
        return [.. hits, .. pages.Concat(actions).Where(hit => hit.Name.Contains(wanted, StringComparison.CurrentCultureIgnoreCase))];
    }
}
