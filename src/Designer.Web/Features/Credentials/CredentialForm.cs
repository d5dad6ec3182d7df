using System.Text.RegularExpressions;

namespace Designer.Web.Features.Credentials;

/// <summary>What a person enters to add a credential, or to give a known one a new secret.</summary>
public sealed partial class CredentialForm
{
    public const int LongestSecret = 16 * 1024;
    // What is shorter cannot be masked in traces without masking ordinary words.
    private const int ShortestSecret = 6;
    private const int LongestDescription = 200;

    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public string Secret { get; set; } = "";

    /// <summary>What is wrong with it, in words for the person; empty when it can be saved.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!Slug().IsMatch(Name.Trim())) problems.Add(L["The name must start with a letter or digit and hold only lower-case letters, digits, “-”, “_” and “.”, at most 64."]);
        else if (Guid.TryParse(Name, out _)) problems.Add(L["The name must not look like an id."]);
        if (Clean(Secret).Length < ShortestSecret) problems.Add(L["The secret must have at least {0} characters; a shorter one could not be masked in traces.", ShortestSecret]);
        if (Secret.Length > LongestSecret) problems.Add(L["The secret may have at most {0:N0} characters.", LongestSecret]);
        if (Secret.Contains('\0', StringComparison.Ordinal)) problems.Add(L["The secret must be text."]);
        if (Description.Length > LongestDescription) problems.Add(L["The description may have at most {0} characters.", LongestDescription]);
        return problems;
    }

    /// <summary>Without the line end and spaces that come along when a secret is pasted or piped.</summary>
    public static string Clean(string secret) => secret.Trim();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Slug();
}
