using System.Security.Cryptography;
using System.Text;

namespace Designer.Storage;

/// <summary>Random texts that open something; only their SHA-256 is ever stored.</summary>
internal static class Tokens
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // 43 characters of base 62 carry 256 bits.
    private const int Length = 43;

    public static string Create(string prefix) => prefix + RandomNumberGenerator.GetString(Base62, Length);

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
