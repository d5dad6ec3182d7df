namespace Designer.Web.Features.Shell;

/// <summary>A page that the rail and the command palette lead to.</summary>
public sealed record Place(string Name, string Icon, string Url, bool IsLast = false);

public static class Places
{
    public static readonly IReadOnlyList<Place> Rail =
    [
        new("Flows", "workflow", "/"),
        new("Templates", "layout-template", "/templates"),
        new("Knowledge", "book-open", "/knowledge"),
        new("Models", "cpu", "/models"),
        new("Runs", "activity", "/runs"),
        new("Settings", "settings", "/settings", IsLast: true),
    ];
}
