using System.Text.Json;
using System.Text.RegularExpressions;

namespace Designer.Models.Hub;

/// <param name="Sha256">Of the content, for large files.</param>
/// <param name="GitSha1">Of the content as git stores it, for small ones.</param>
public sealed record HubFile(string Path, long Size, string? Sha256, string? GitSha1)
{
    /// <summary>Its name in the model's folder, where that is another than its place in the repository.</summary>
    public string? As { get; init; }
}

/// <summary>What a hub says about one revision of a model. Everything in it was written by a stranger; what was read here is safe to use.</summary>
/// <param name="Id"><c>OWNER/NAME</c></param>
/// <param name="Commit">The revision, as a name that cannot be moved to other files.</param>
/// <param name="IsGated">Files come only to who accepted the terms on the model's page.</param>
public sealed partial record HubModel(string Id, string Commit, string? Licence, bool IsGated, IReadOnlyList<HubFile> Files)
{
    /// <summary>The revision where none is named.</summary>
    public const string UsualRevision = "main";
    private const int MostFiles = 20_000;
    private const int LongestName = 120;
    private const int LongestPath = 400;
    private const int LongestLicence = 100;

    /// <summary>The id in what people paste: <c>OWNER/NAME</c>, or the address of the model's page.</summary>
    /// <exception cref="ModelException">It is neither.</exception>
    public static string IdIn(string text, Uri hub)
    {
        var id = text.Trim().TrimEnd('/');
        if (Uri.TryCreate(id, UriKind.Absolute, out var page) && page.Scheme is "http" or "https")
            id = page.Host == hub.Host ? string.Join('/', page.AbsolutePath.Trim('/').Split('/').Take(2)) : "";
        return IdPattern().IsMatch(id) ? id : throw new ModelException(HubErrors.Unknown, "Name the model as its page on the hub does: OWNER/NAME.");
    }

    /// <summary>A branch, tag or commit; empty: <see cref="UsualRevision"/>.</summary>
    /// <exception cref="ModelException">No revision is called so.</exception>
    public static string RevisionIn(string? text) => string.IsNullOrWhiteSpace(text)
        ? UsualRevision
        : RevisionPattern().IsMatch(text.Trim()) && !text.Contains("..", StringComparison.Ordinal) ? text.Trim() : throw new ModelException(HubErrors.Unknown, "A revision is a branch, a tag or a commit.");

    /// <param name="id">What was asked for.</param>
    /// <exception cref="ModelException">The answer is not what a hub says, or names files that nobody may keep.</exception>
    public static HubModel Read(string id, JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || Text(answer, "sha") is not { } commit || !CommitPattern().IsMatch(commit) || !answer.TryGetProperty("siblings", out var siblings) || siblings.ValueKind != JsonValueKind.Array)
            throw HubErrors.Refuse("The hub answered, but not with a model's files. Is its address right?");
        if (siblings.GetArrayLength() > MostFiles) throw HubErrors.Refuse($"The model has more than {MostFiles:N0} files.");
        var files = new Dictionary<string, HubFile>(StringComparer.OrdinalIgnoreCase);
        foreach (var sibling in siblings.EnumerateArray())
        {
            var path = Text(sibling, "rfilename") ?? "";
            if (!IsSafe(path)) throw HubErrors.Refuse($"The model names a file '{Plain(path, LongestName)}', which leads out of its folder or cannot be written everywhere. It is refused as a whole.");
            if (!files.TryAdd(path, FileOf(path, sibling))) throw HubErrors.Refuse($"The model names the file '{path}' twice.");
        }
        return new HubModel(id, commit, LicenceOf(answer), IsGatedIn(answer), [.. files.Values]);
    }

    /// <summary>A plain relative path: no part leads up or out, hides, or means something else on another system.</summary>
    internal static bool IsSafe(string path) => path.Length is > 0 and <= LongestPath
        && path.Split('/').All(part => part.Length is > 0 and <= LongestName && part is not ("." or "..") && part[^1] is not ('.' or ' ')
            && !part.Any(c => char.IsControl(c) || char.IsSurrogate(c) || IsDirection(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|') && !DevicePattern().IsMatch(part));

    private static HubFile FileOf(string path, JsonElement sibling)
    {
        var isLarge = sibling.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        return new HubFile(path, Math.Max(0, Number(isLarge ? lfs : sibling, "size") ?? Number(sibling, "size") ?? 0),
            Hex(isLarge ? Text(lfs, "sha256") ?? Text(lfs, "oid") : null, 64), Hex(Text(sibling, "blobId"), 40));
    }

    private static string? LicenceOf(JsonElement answer)
    {
        string? said = null;
        if (answer.TryGetProperty("cardData", out var card) && card.ValueKind == JsonValueKind.Object)
            said = Text(card, "license") is { } name and not "other" ? name : Text(card, "license_name") ?? Text(card, "license");
        if (said is null && answer.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array)
            said = tags.EnumerateArray().Select(t => t.ValueKind == JsonValueKind.String ? t.GetString()! : "").FirstOrDefault(t => t.StartsWith("license:", StringComparison.Ordinal))?["license:".Length..];
        return string.IsNullOrWhiteSpace(said) ? null : Plain(said, LongestLicence);
    }

    // "gated" is false, "auto" or "manual".
    private static bool IsGatedIn(JsonElement answer) => answer.TryGetProperty("gated", out var gated) && gated.ValueKind is JsonValueKind.String or JsonValueKind.True;

    private static string? Text(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static string? Hex(string? text, int length) => text?.Length == length && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;

    private static string Plain(string text, int most) => string.Concat(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && !IsDirection(c)).Take(most));

    // Marks that turn the direction of what is shown, so that a name looks like another.
    private static bool IsDirection(char c) => c is '\u200e' or '\u200f' or '\u061c' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,127}\z")]
    private static partial Regex RevisionPattern();

    [GeneratedRegex(@"\A[0-9a-f]{7,64}\z")]
    private static partial Regex CommitPattern();

    [GeneratedRegex(@"\A(con|prn|aux|nul|com\d|lpt\d)(\..*)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex DevicePattern();
}
