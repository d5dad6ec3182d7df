using System.Text.Json;
using Designer.Flows;

namespace Designer.Web.Features.Api;

/// <summary>What was sent is not JSON, or not of the wanted shape. A caller's mistake, unlike a <see cref="JsonException"/> from our own data.</summary>
public sealed class MalformedBodyException(string message, Exception? inner = null) : Exception(message, inner)
{
    public static MalformedBodyException At(JsonException e) =>
        new(e.LineNumber is null ? "It cannot be read." : $"Look at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}{(e.Path is { Length: > 1 } path ? $" ({path})" : "")}.", e);
}

internal static class RequestBody
{
    /// <exception cref="MalformedBodyException">It is empty, no JSON, or a member has the wrong type.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpRequest request) where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, FlowJson.Options, request.HttpContext.RequestAborted) ?? throw new MalformedBodyException("It is null.");
        }
        catch (JsonException e)
        {
            throw MalformedBodyException.At(e);
        }
    }
}
