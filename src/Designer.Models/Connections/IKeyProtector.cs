namespace Designer.Models.Connections;

/// <summary>Encrypts keys at rest; the host implements it with its data-protection keys.</summary>
public interface IKeyProtector
{
    string Protect(string key);

    /// <summary>Throws when the key cannot be read any more (its data-protection key is lost).</summary>
    string Unprotect(string protectedKey);
}
