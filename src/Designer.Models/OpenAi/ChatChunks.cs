using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Designer.Models.OpenAi;

/// <summary>
/// Reads the chunks of one streamed chat completion. Only what we use becomes an object: a chunk with a word in it costs that word, its content
/// and its update. Members it does not know are passed over; those it knows must be what they should, or it throws (<see cref="JsonException"/>,
/// <see cref="FormatException"/>, <see cref="InvalidOperationException"/>). It keeps no more than the body holds, which is bounded.
/// </summary>
/// <param name="reasoningField">Where in a delta the server puts its thinking.</param>
internal sealed class ChatChunks(byte[] reasoningField)
{
    private readonly OrderedDictionary<int, Call> _calls = [];
    private StringBuilder? _refusal;
    private string? _id;
    private string? _model;

    /// <summary>A call of a tool, as far as it has come.</summary>
    private sealed class Call
    {
        public string? Id { get; set; }
        public string? Name { get; set; }
        public StringBuilder Arguments { get; } = new();
    }

    /// <summary>What one event says; null at the mark that ends the stream.</summary>
    public ChatResponseUpdate? Read(string eventType, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8)) return null;
        Utf8JsonReader json = new(data);
        ChatResponseUpdate update = new() { Role = ChatRole.Assistant };
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("A chunk is an object.");
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("choices"u8)) ReadChoices(ref json, update);
            else if (json.ValueTextEquals("id"u8)) _id = Same(ref json, _id);
            else if (json.ValueTextEquals("model"u8)) _model = Same(ref json, _model);
            else if (json.ValueTextEquals("usage"u8)) ReadUsage(ref json, update);
            else json.Skip();
        }
        // Text after the object is refused by the reader.
        json.Read();
        update.ResponseId = update.MessageId = _id;
        update.ModelId = _model;
        if (update.FinishReason is not null) End(update);
        return update;
    }

    // We ask for one choice and take no other.
    private void ReadChoices(ref Utf8JsonReader json, ChatResponseUpdate update)
    {
        if (!Begin(ref json, JsonTokenType.StartArray)) return;
        for (bool isFirst = true; json.Read() && json.TokenType != JsonTokenType.EndArray; isFirst = false)
        {
            if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("A choice is an object.");
            if (isFirst) ReadChoice(ref json, update);
            else json.Skip();
        }
    }

    private void ReadChoice(ref Utf8JsonReader json, ChatResponseUpdate update)
    {
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("delta"u8)) ReadDelta(ref json, update);
            else if (json.ValueTextEquals("finish_reason"u8)) update.FinishReason = ReasonOf(ReadText(ref json));
            else json.Skip();
        }
    }

    // Some servers write an empty reason until the last chunk.
    private static ChatFinishReason? ReasonOf(string? reason) => reason switch
    {
        null or "" => null,
        "stop" => ChatFinishReason.Stop,
        "length" => ChatFinishReason.Length,
        "content_filter" => ChatFinishReason.ContentFilter,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        _ => new ChatFinishReason(reason),
    };

    private void ReadDelta(ref Utf8JsonReader json, ChatResponseUpdate update)
    {
        if (!Begin(ref json, JsonTokenType.StartObject)) return;
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("content"u8)) ReadContent(ref json, update);
            else if (json.ValueTextEquals(reasoningField))
            {
                if (ReadText(ref json) is { Length: > 0 } thought) update.Contents.Add(new TextReasoningContent(thought));
            }
            else if (json.ValueTextEquals("tool_calls"u8)) ReadCalls(ref json);
            else if (json.ValueTextEquals("refusal"u8)) Refuse(ReadText(ref json));
            else json.Skip();
        }
    }

    // A text, or a list of parts of which some are text.
    private static void ReadContent(ref Utf8JsonReader json, ChatResponseUpdate update)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            if (TextOf(ref json) is { Length: > 0 } text) update.Contents.Add(new TextContent(text));
            return;
        }
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("A part of a content is an object.");
            while (NextMember(ref json))
            {
                if (!json.ValueTextEquals("text"u8)) json.Skip();
                else if (ReadText(ref json) is { Length: > 0 } part) update.Contents.Add(new TextContent(part));
            }
        }
    }

    private void ReadCalls(ref Utf8JsonReader json)
    {
        if (!Begin(ref json, JsonTokenType.StartArray)) return;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("A call of a tool is an object.");
            ReadCall(ref json);
        }
    }

    private void ReadCall(ref Utf8JsonReader json)
    {
        int index = 0;
        string? id = null, name = null, arguments = null;
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("index"u8)) index = (int)(ReadNumber(ref json) ?? 0);
            else if (json.ValueTextEquals("id"u8)) id = ReadText(ref json);
            else if (json.ValueTextEquals("function"u8) && Begin(ref json, JsonTokenType.StartObject))
            {
                while (NextMember(ref json))
                {
                    if (json.ValueTextEquals("name"u8)) name = ReadText(ref json);
                    else if (json.ValueTextEquals("arguments"u8)) arguments = ReadText(ref json);
                    else json.Skip();
                }
            }
            else json.Skip();
        }
        if (!_calls.TryGetValue(index, out Call? call)) _calls.Add(index, call = new Call());
        call.Id ??= id;
        call.Name ??= name;
        call.Arguments.Append(arguments);
    }

    private void Refuse(string? text)
    {
        if (text is { Length: > 0 }) (_refusal ??= new StringBuilder()).Append(text);
    }

    /// <summary>What came in pieces is whole now.</summary>
    private void End(ChatResponseUpdate update)
    {
        foreach ((int index, Call call) in _calls)
            update.Contents.Add(FunctionCallContent.CreateFromParsedArguments(call.Arguments.ToString(), call.Id ?? $"call_{index}", call.Name ?? "", static json =>
                JsonSerializer.Deserialize<Dictionary<string, object?>>(json, AIJsonUtilities.DefaultOptions)));
        _calls.Clear();
        if (_refusal is not null) update.Contents.Add(new ErrorContent(_refusal.ToString()) { ErrorCode = "Refusal" });
        _refusal = null;
    }

    private static void ReadUsage(ref Utf8JsonReader json, ChatResponseUpdate update)
    {
        if (!Begin(ref json, JsonTokenType.StartObject)) return;
        UsageDetails used = new();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("prompt_tokens"u8)) used.InputTokenCount = ReadNumber(ref json);
            else if (json.ValueTextEquals("completion_tokens"u8)) used.OutputTokenCount = ReadNumber(ref json);
            else if (json.ValueTextEquals("total_tokens"u8)) used.TotalTokenCount = ReadNumber(ref json);
            else if (json.ValueTextEquals("prompt_tokens_details"u8)) used.CachedInputTokenCount = ReadDetail(ref json, "cached_tokens"u8);
            else if (json.ValueTextEquals("completion_tokens_details"u8)) used.ReasoningTokenCount = ReadDetail(ref json, "reasoning_tokens"u8);
            else json.Skip();
        }
        update.Contents.Add(new UsageContent(used));
    }

    private static long? ReadDetail(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        long? count = null;
        if (!Begin(ref json, JsonTokenType.StartObject)) return count;
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals(name)) count = ReadNumber(ref json);
            else json.Skip();
        }
        return count;
    }

    // Of a member: its value is what it should be, or null, which is as if it were not there.
    private static bool Begin(ref Utf8JsonReader json, JsonTokenType expected)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return false;
        return json.TokenType == expected ? true : throw new JsonException($"There is {json.TokenType} where {expected} should be.");
    }

    private static bool NextMember(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.PropertyName;
    }

    private static string? ReadText(ref Utf8JsonReader json)
    {
        json.Read();
        return TextOf(ref json);
    }

    private static string? TextOf(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => json.GetString(),
        _ => throw new JsonException($"There is {json.TokenType} where a text should be."),
    };

    private static long? ReadNumber(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null : json.GetInt64();
    }

    // Each chunk repeats it; it is decoded once.
    private static string? Same(ref Utf8JsonReader json, string? known)
    {
        json.Read();
        return known is not null && json.TokenType == JsonTokenType.String && json.ValueTextEquals(known) ? known : TextOf(ref json);
    }
}
