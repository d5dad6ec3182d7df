namespace Designer.Web.Features.Shell;

/// <summary>A page that the rail and the command palette lead to.</summary>
public sealed record Place(string Name, string Icon, string Url, bool IsLast = false);

public static class Places
{
    public static IReadOnlyList<Place> Rail =>
    [
        new(L["Flows"], "workflow", "/"),
        new(L["Templates"], "layout-template", "/templates"),
        new(L["Knowledge"], "book-open", "/knowledge"),
        new(L["Models"], "cpu", "/models"),
        new(L["Runs"], "activity", "/runs"),
        new(L["Settings"], "settings", "/settings", IsLast: true),
    ];
}
