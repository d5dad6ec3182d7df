namespace Designer.Web.Features.Shell;

/// <summary>Addresses of pages that other pages link to.</summary>
public static class Urls
{
    /// <summary>The editor.</summary>
    public static string Flow(string slug) => $"/flows/{Uri.EscapeDataString(slug)}";
    public static string OwnDraft(string slug) => $"{Flow(slug)}?draft=own";
    public static string Versions(string slug) => $"{Flow(slug)}/versions";
    public static string Runs(string flowSlug) => $"/runs?flow={Uri.EscapeDataString(flowSlug)}";
    public static string Knowledge(string slug) => $"/knowledge/{Uri.EscapeDataString(slug)}";
}
