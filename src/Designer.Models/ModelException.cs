using Designer.Engine;

namespace Designer.Models;

/// <summary>The stable codes of <see cref="ModelException"/>.</summary>
public static class ModelErrorCodes
{
    /// <summary>No connection of that name, or the server does not know the model.</summary>
    public const string Unknown = "model.unknown";

    /// <summary>Disabled, unreachable or failing.</summary>
    public const string Unavailable = "model.unavailable";

    /// <summary>The key is unreadable, missing or refused.</summary>
    public const string Key = "model.key";

    public const string Timeout = "model.timeout";

    /// <summary>The server understood the request and refused it.</summary>
    public const string Refused = "model.refused";

    public const string RateLimited = "model.rateLimited";

    /// <summary>The answer was cut, malformed or over the size limit.</summary>
    public const string BadResponse = "model.badResponse";

    /// <summary>A model's folder, or a file in it, is missing, damaged or of a kind that is not supported.</summary>
    public const string BadFolder = "model.badFolder";

    public const string NoTools = "model.noTools";
}

/// <summary>A model call that failed: a stable code, a message for people, whether trying again may help, and how long the server asked
/// to be left alone.</summary>
public sealed class ModelException(string code, string message, bool isTransient = false, TimeSpan? retryAfter = null, Exception? inner = null)
    : StepException(code, $"{message}", isTransient, retryAfter, inner);
