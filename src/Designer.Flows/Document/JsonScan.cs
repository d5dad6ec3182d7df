using System.Text.Json;

namespace Designer.Flows;

/// <summary>Looks through JSON before anything is built from it: syntax, depth, keys. Bounded in time and memory by the size of the text.</summary>
internal static class JsonScan
{
    /// <summary>Each container in a document takes three levels, settings have their own.</summary>
    public const int MaxDepth = 3 * FlowJson.MaxContainers + 64;

    public static void Check(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        Stack<HashSet<string>> keys = new();
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        keys.Push(new HashSet<string>(StringComparer.Ordinal));
                        goto case JsonTokenType.StartArray;
                    case JsonTokenType.StartArray:
                        if (reader.CurrentDepth >= MaxDepth) throw FlowJson.Refuse("flow.tooDeep", $"The document is nested too deeply.");
                        break;
                    case JsonTokenType.EndObject:
                        keys.Pop();
                        break;
                    case JsonTokenType.PropertyName:
                        string key = reader.GetString()!;
                        // Our own code would not mind, but JavaScript that copies members would.
                        if (key == "__proto__") throw Malformed(utf8, reader.TokenStartIndex, $"the key \"__proto__\" is not allowed");
                        if (!keys.Peek().Add(key)) throw Malformed(utf8, reader.TokenStartIndex, $"the key \"{Short(key)}\" stands twice in one object");
                        break;
                    case JsonTokenType.String when reader.ValueIsEscaped:
                        // Escapes may spell half a character.
                        _ = reader.GetString();
                        break;
                }
            }
        }
        catch (JsonException e)
        {
            throw Malformed((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1, Reason(e.Message));
        }
        catch (InvalidOperationException)
        {
            throw Malformed(utf8, reader.TokenStartIndex, $"a text holds an incomplete character");
        }
    }

    private static FlowFormatException Malformed(ReadOnlySpan<byte> utf8, long at, Sentence reason)
    {
        ReadOnlySpan<byte> before = utf8[..(int)at];
        return Malformed(before.Count((byte)'\n') + 1, at - before.LastIndexOf((byte)'\n'), reason);
    }

    private static FlowFormatException Malformed(long line, long column, Sentence reason) =>
        FlowJson.Refuse("json.malformed", $"The JSON has a mistake in line {line}, column {column}: {reason}.", $"{line}:{column}");

    private static Sentence Reason(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return $"{(end < 0 ? message : message[..end]).TrimEnd('.')}";
    }

    private static string Short(string key) => key.Length > 60 ? key[..60] + "…" : key;
}
