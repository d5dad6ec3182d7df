using System.Net.Mail;

namespace Designer.Web.Features.Access;

/// <summary>What a person enters about themselves, checked here because a browser's own checks can be left out.</summary>
public sealed record PersonForm(string? Email, string? Name, string? Password)
{
    /// <summary>The e-mail address without spaces around it.</summary>
    public string Address => (Email ?? "").Trim();

    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 100) problems.Add(L["Enter a name of at most 100 characters."]);
        if (!IsEmail(Email)) problems.Add(L["Enter an e-mail address, for example mara@example.org."]);
        if (string.IsNullOrEmpty(Password) || Password.Length > 200) problems.Add(L["Enter a password of {0} to 200 characters.", AccessSetup.ShortestPassword]);
        return problems;
    }

    private static bool IsEmail(string? text) =>
        text is { Length: > 2 and <= 200 } && MailAddress.TryCreate(text.Trim(), out MailAddress? address) && address.Address == text.Trim() && !text.Any(c => char.IsControl(c) || c is '<' or '>');
}
