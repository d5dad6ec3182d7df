namespace Designer.Web.Features.Shell;

/// <summary>One line of the command palette; choosing it goes to <paramref name="Url"/>.</summary>
public sealed record PaletteHit(string Group, string Name, string Icon, string Url, string? Note = null);

/// <summary>What the command palette finds.</summary>
public interface IPaletteSource
{
    /// <summary>The best hits, those of a group together. An empty text gives what people open most.</summary>
    Task<IReadOnlyList<PaletteHit>> FindAsync(string text);
}
