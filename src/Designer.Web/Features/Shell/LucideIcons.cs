namespace Designer.Web.Features.Shell;

internal static partial class LucideIcons
{
    /// <summary>The icon's shapes; a circle when no icon has this name, so that a wrong name shows but does not break a page.</summary>
    public static string Inside(string name) => All.TryGetValue(name, out string? shapes) ? shapes : All["circle-dashed"];
}
