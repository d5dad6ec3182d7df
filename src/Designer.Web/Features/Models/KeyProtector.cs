using Designer.Models.Connections;
using Microsoft.AspNetCore.DataProtection;

namespace Designer.Web.Features.Models;

/// <summary>Encrypts models' keys with the data-protection keys of the data folder.</summary>
public sealed class KeyProtector(IDataProtectionProvider protection) : IKeyProtector
{
    private readonly IDataProtector _protector = protection.CreateProtector("Designer.ModelKeys");

    public string Protect(string key) => _protector.Protect(key);
    public string Unprotect(string protectedKey) => _protector.Unprotect(protectedKey);
}
