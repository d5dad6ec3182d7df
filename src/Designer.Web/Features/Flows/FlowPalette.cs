using Designer.Web.Features.Access;
using Designer.Web.Features.Shell;

namespace Designer.Web.Features.Flows;

/// <summary>Pages and actions for the command palette.</summary>
public sealed class FlowPalette(CurrentMember current) : IPaletteSource
{
    public async Task<IReadOnlyList<PaletteHit>> FindAsync(string text)
    {
        Member? member = await current.FindAsync();
        if (member is null) return [];
        IEnumerable<PaletteHit> pages = Places.Rail.Select(place => new PaletteHit("Pages", place.Name, place.Icon, place.Url));
        return [.. pages.Where(hit => hit.Name.Contains(text.Trim(), StringComparison.CurrentCultureIgnoreCase))];
    }
}
