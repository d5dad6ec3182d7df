namespace Designer.Models.Onnx.ToolCalls;

/// <summary>Finds where a JSON object or array ends in a text that is still growing.</summary>
internal static class JsonExtent
{
    /// <summary>The place behind the object or array that begins at <paramref name="start"/>, or −1 while it is not complete.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        int depth = 0;
        bool inString = false;
        for (int at = start; at < text.Length; at++)
        {
            char c = text[at];
            if (inString)
            {
                if (c == '\\') at++;
                else if (c == '"') inString = false;
            }
            else if (c == '"') inString = true;
            else if (c is '{' or '[') depth++;
            else if (c is '}' or ']' && --depth == 0) return at + 1;
        }
        return -1;
    }
}
