using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Designer.Web.Features.Api;

/// <summary>The body of <c>POST /api/v1/flows/{slug}/runs</c>. Members it does not know are ignored.</summary>
public sealed record RunRequest(JsonElement Input, string? ConversationId, string BodyHash)
{
    /// <summary>Bytes of a body; what is larger is uploaded as a file first.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;
    /// <summary>Levels of a body. Events hold the input some levels deeper, and are read back with the usual limit of 64.</summary>
    public const int MaxDepth = 56;

    /// <exception cref="BadHttpRequestException">Too large, or a member has the wrong type.</exception>
    /// <exception cref="MalformedBodyException">Not JSON.</exception>
    public static async ValueTask<RunRequest> ReadAsync(HttpRequest request, bool hash, CancellationToken cancellation)
    {
        if (request.ContentLength > MaxBytes) throw TooLarge();
        System.IO.Pipelines.ReadResult read;
        while (true)
        {
            read = await request.BodyReader.ReadAsync(cancellation);
            if (read.Buffer.Length > MaxBytes)
            {
                // Given back, or the host cannot read the rest away and cuts the connection under the caller's next request.
                request.BodyReader.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }
            if (read.IsCompleted) break;
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
        try
        {
            return Parse(read.Buffer, hash);
        }
        catch (JsonException e)
        {
            throw MalformedBodyException.At(e);
        }
        finally
        {
            request.BodyReader.AdvanceTo(read.Buffer.End);
        }
    }

    private static RunRequest Parse(ReadOnlySequence<byte> bytes, bool hash)
    {
        if (bytes.IsEmpty) throw new BadHttpRequestException("The body is empty. Send { \"input\": { … } }.");
        Utf8JsonReader reader = new(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        JsonElement body = JsonElement.ParseValue(ref reader);
        if (reader.BytesConsumed < bytes.Length && reader.Read()) throw new JsonException("There is text after the JSON.");
        if (body.ValueKind != JsonValueKind.Object) throw new BadHttpRequestException("The body is not an object. Send { \"input\": { … } }.");
        JsonElement input = body.TryGetProperty("input", out JsonElement given) ? given : JsonElement.Parse("{}");
        if (input.ValueKind != JsonValueKind.Object) throw new BadHttpRequestException("\"input\" is not an object.");
        string? conversation = null;
        if (body.TryGetProperty("conversationId", out JsonElement id) && id.ValueKind != JsonValueKind.Null)
            conversation = id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 and <= 100 } text ? text : throw new BadHttpRequestException("\"conversationId\" is not a text of 1 to 100 characters.");
        return new RunRequest(input, conversation, hash ? Convert.ToHexString(SHA256.HashData(bytes.ToArray())) : "");
    }

    private static BadHttpRequestException TooLarge() => new($"The body has more than {MaxBytes:N0} bytes.", StatusCodes.Status413PayloadTooLarge);
}
