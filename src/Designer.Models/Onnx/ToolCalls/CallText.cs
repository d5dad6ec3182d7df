using System.Text.Json;

namespace Designer.Models.Onnx.ToolCalls;

internal enum CallState
{
    Complete,

    /// <summary>More must come.</summary>
    Incomplete,

    /// <summary>It is text after all.</summary>
    Malformed,
}

/// <summary>What was read from a text that begins with a mark (or, for Llama, a brace), and how long it was.</summary>
internal readonly record struct CallText(CallState State, int Length, IReadOnlyList<ToolCallPart> Calls)
{
    private const int LongestName = 256;

    private static readonly CallText s_incomplete = new(CallState.Incomplete, 0, []);

    /// <param name="ended">Whether nothing more will come.</param>
    public static CallText Read(ToolCallFormat format, (string Open, string Close) envelope, string text, bool ended)
    {
        int body = text.StartsWith(envelope.Open, StringComparison.Ordinal) ? envelope.Open.Length : 0;
        int start = SkipSpace(text, body);
        if (start == text.Length) return ended ? Malformed(text.Length) : s_incomplete;
        if (text[start] is not ('{' or '[')) return format == ToolCallFormat.Mistral ? ReadNamed(text, start, ended) : NoJson(envelope, text, body, ended);
        int end = JsonExtent.End(text, start);
        if (end < 0) return Open(envelope, text, start, ended);
        List<ToolCallPart>? calls = Parse(text.AsSpan(start, end - start));
        if (calls is null) return Malformed(end);
        return format == ToolCallFormat.Llama ? ReadMore(text, end, calls, ended) : Closed(envelope.Close, text, end, calls, ended);
    }

    private static CallText Malformed(int length) => new(CallState.Malformed, length, []);

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    /// <summary>A mark without JSON behind it: text up to the closing mark, or just the mark.</summary>
    private static CallText NoJson((string Open, string Close) envelope, string text, int body, bool ended)
    {
        int close = envelope.Close.Length == 0 ? -1 : text.IndexOf(envelope.Close, body, StringComparison.Ordinal);
        if (close >= 0) return Malformed(close + envelope.Close.Length);
        return envelope.Close.Length == 0 || ended ? Malformed(Math.Max(body, 1)) : s_incomplete;
    }

    /// <summary>JSON without an end. If the closing mark stands there already outside of it, the JSON will not be completed.</summary>
    private static CallText Open((string Open, string Close) envelope, string text, int start, bool ended)
    {
        if (ended) return Malformed(text.Length);
        int close = envelope.Close.Length == 0 ? -1 : text.IndexOf(envelope.Close + envelope.Open, start, StringComparison.Ordinal);
        return close < 0 ? s_incomplete : Malformed(close + envelope.Close.Length);
    }

    private static CallText Closed(string close, string text, int end, List<ToolCallPart> calls, bool ended)
    {
        if (close.Length == 0) return new CallText(CallState.Complete, end, calls);
        int at = SkipSpace(text, end);
        if (string.CompareOrdinal(text, at, close, 0, close.Length) == 0) return new CallText(CallState.Complete, at + close.Length, calls);
        // The closing mark may still come, or come late, or be forgotten; the call is clear without it.
        bool mayCome = close.AsSpan().StartsWith(text.AsSpan(at));
        return mayCome && !ended ? s_incomplete : new CallText(CallState.Complete, end, calls);
    }

    /// <summary>Llama's further calls behind semicolons.</summary>
    private static CallText ReadMore(string text, int end, List<ToolCallPart> calls, bool ended)
    {
        while (true)
        {
            int at = SkipSpace(text, end);
            if (at == text.Length) return ended ? new CallText(CallState.Complete, at, calls) : s_incomplete;
            if (text[at] != ';') return new CallText(CallState.Complete, end, calls);
            at = SkipSpace(text, at + 1);
            if (at == text.Length && !ended) return s_incomplete;
            if (at == text.Length || text[at] != '{') return new CallText(CallState.Complete, end, calls);
            int next = JsonExtent.End(text, at);
            if (next < 0) return ended ? new CallText(CallState.Complete, end, calls) : s_incomplete;
            if (Parse(text.AsSpan(at, next - at)) is not { } more) return new CallText(CallState.Complete, end, calls);
            calls.AddRange(more);
            end = next;
        }
    }

    /// <summary>Mistral's newer way: a name, perhaps marks, and the arguments.</summary>
    private static CallText ReadNamed(string text, int start, bool ended)
    {
        int brace = text.IndexOf('{', start);
        int nameEnd = text.AsSpan(start).IndexOfAny('[', '{') is >= 0 and int at ? start + at : -1;
        string name = nameEnd < 0 ? "" : text[start..nameEnd].Trim();
        if (nameEnd >= 0 && (name.Length == 0 || name.AsSpan().ContainsAny(" \n\t\"'")) || (nameEnd < 0 && (ended || text.Length - start > LongestName))) return Malformed(nameEnd < 0 ? text.Length : nameEnd);
        int end = brace < 0 ? -1 : JsonExtent.End(text, brace);
        if (end < 0) return ended ? Malformed(text.Length) : s_incomplete;
        return Arguments(text.AsSpan(brace, end - brace)) is { } arguments ? new CallText(CallState.Complete, end, [new ToolCallPart(name, arguments)]) : Malformed(end);
    }

    /// <summary>One call or a list of calls; null if it is anything else.</summary>
    private static List<ToolCallPart>? Parse(ReadOnlySpan<char> json)
    {
        try
        {
            JsonElement root = JsonElement.Parse(json);
            List<ToolCallPart> calls = [];
            foreach (JsonElement call in root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : new[] { root })
            {
                if (One(call) is not { } one) return null;
                calls.Add(one);
            }
            return calls.Count > 0 ? calls : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ToolCallPart? One(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object) return null;
        // Some models copy the form in which they were shown the tool.
        if (call.TryGetProperty("function", out JsonElement function) && function.ValueKind == JsonValueKind.Object) call = function;
        if (!call.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String || name.GetString() is not { Length: > 0 } text) return null;
        JsonElement? arguments = call.TryGetProperty("arguments", out JsonElement given) || call.TryGetProperty("parameters", out given) ? given.ValueKind switch
        {
            JsonValueKind.Object => given,
            JsonValueKind.String => Arguments(given.GetString()),
            JsonValueKind.Null => JsonElement.Parse("{}"),
            _ => null,
        } : JsonElement.Parse("{}");
        return arguments is { } known ? new ToolCallPart(text, known) : null;
    }

    private static JsonElement? Arguments(ReadOnlySpan<char> json)
    {
        try
        {
            JsonElement arguments = JsonElement.Parse(json);
            return arguments.ValueKind == JsonValueKind.Object ? arguments : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
