using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Commands;

/// <summary>What a command runs or checks, wherever it came from.</summary>
/// <param name="Version"><c>file</c>, <c>draft@17</c> or a version's number.</param>
/// <param name="Stored">The flow in the data folder; null for a file.</param>
internal sealed record FoundFlow(FlowDocument Document, Guid Id, string Version, IReadOnlyDictionary<string, string> Bindings, FlowDraft? Stored);

/// <summary>Finds flows by file or slug.</summary>
internal static class FlowFinder
{
    private const string FileEnding = ".flow.json";

    /// <summary>Whether the text means a file or folder rather than a slug.</summary>
    public static bool IsFile(string text) =>
        text.Contains('/') || text.Contains(Path.DirectorySeparatorChar) || text.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || text is "." or "..";

    /// <summary>The flow's file: the one that is named, or the only one of a folder.</summary>
    /// <exception cref="CommandFailure">There is none.</exception>
    /// <exception cref="FlowFormatException">It is no flow document, or too large.</exception>
    public static FlowDocument Read(string path)
    {
        if (Directory.Exists(path))
            path = Directory.GetFiles(path, "*" + FileEnding) is [{ } only] ? only : throw new CommandFailure($"{path} is a folder. Name the {FileEnding} file in it.");
        FileInfo file = new(path);
        if (!file.Exists) throw new CommandFailure($"There is no file {path}.");
        // Before it is read: a wrong file may be of any size.
        if (file.Length > FlowJson.MaxBytes) throw new CommandFailure($"{path} has {file.Length:N0} bytes; a flow has at most {FlowJson.MaxBytes:N0}. (flow.tooLarge)");
        return FlowJson.Read(File.ReadAllBytes(path));
    }

    /// <summary>The slug that a file's name suggests.</summary>
    public static string SlugOf(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        return Slug.From(name.EndsWith(FileEnding, StringComparison.OrdinalIgnoreCase) ? name[..^FileEnding.Length] : Path.GetFileNameWithoutExtension(name));
    }

    /// <summary>A flow of the workspace, by slug or id.</summary>
    public static async Task<FlowDraft> StoredAsync(Session session, SignedInMember by, string slug) =>
        await (await session.GetAsync<FlowStore>()).FindAsync(by.WorkspaceId, slug, session.Stop)
            ?? throw new CommandFailure($"There is no flow \"{slug}\". \"flow list\" shows all.");

    /// <summary>A file, or <c>slug</c> (the latest version, or the draft where none was published), <c>slug@3</c>, <c>slug@draft</c>.</summary>
    public static async Task<FoundFlow> FindAsync(Session session, SignedInMember by, string text)
    {
        if (IsFile(text))
        {
            FlowDocument document = Read(text);
            return new FoundFlow(document, document.Id, "file", new Dictionary<string, string>(), null);
        }
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string? version = at < 0 ? null : text[(at + 1)..];
        FlowDraft draft = await StoredAsync(session, by, at < 0 ? text : text[..at]);
        if (version == "draft" || (version is null && draft.LatestVersion is null))
            return new FoundFlow(FlowJson.Read(draft.Document.Span), draft.Id, $"draft@{draft.Revision}", draft.Bindings, draft);
        if (!int.TryParse(version ?? $"{draft.LatestVersion}", out int number)
            || await (await session.GetAsync<FlowStore>()).FindVersionAsync(by.WorkspaceId, draft.Id, number, session.Stop) is not { } published)
            throw new CommandFailure($"The flow {draft.Slug} has no version \"{version}\".");
        return new FoundFlow(FlowJson.Read(published.Document.Span), draft.Id, $"{number}", published.Bindings, draft);
    }
}
