using System.Security.Cryptography;
using System.Text;

namespace Designer.Web.Features.Access;

/// <summary>
/// Lets the first person in, and nobody after. The code lives in memory only: it is printed once at the start of a process whose
/// data folder knows no user, dies with that process or after a day, and works once.
/// </summary>
public sealed class SetupCode(TimeProvider time)
{
    private static readonly TimeSpan s_life = TimeSpan.FromHours(24);
    // Without letters and digits that look alike.
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int WrongAttempts = 20;

    private readonly Lock _gate = new();
    private string? _code;
    private DateTimeOffset _expires;
    private int _wrong;

    /// <summary>Makes a new code, as <c>XXXX-XXXX-XXXX</c>; an older one stops working.</summary>
    public string Issue()
    {
        lock (_gate)
        {
            string letters = RandomNumberGenerator.GetString(Alphabet, 12);
            _code = $"{letters[..4]}-{letters[4..8]}-{letters[8..]}";
            _expires = time.GetUtcNow() + s_life;
            _wrong = 0;
            return _code;
        }
    }

    /// <summary>True once, for the right code. A code that was taken can be given back when the set-up failed for another reason.</summary>
    public bool TryTake(string? attempt)
    {
        lock (_gate)
        {
            if (_code is null || time.GetUtcNow() >= _expires) return false;
            byte[] given = Encoding.UTF8.GetBytes((attempt ?? "").Trim().ToUpperInvariant());
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(_code)))
            {
                _code = null;
                return true;
            }
            // 60 bits cannot be guessed in twenty attempts, but nobody needs a twenty-first.
            if (++_wrong >= WrongAttempts) _code = null;
            return false;
        }
    }

    /// <summary>Undoes a take, for a set-up that failed after it (a password that is too short).</summary>
    public void GiveBack(string code)
    {
        lock (_gate) _code ??= code.Trim().ToUpperInvariant();
    }
}
