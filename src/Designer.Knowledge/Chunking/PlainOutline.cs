namespace Designer.Knowledge;

/// <summary>Plain text is one section; empty lines part its paragraphs.</summary>
internal static class PlainOutline
{
    public static Outline Of(string text, string title)
    {
        var paragraphs = new List<Block>();
        int start = 0;
        for (int lineStart = 0; lineStart < text.Length;)
        {
            int newLine = text.IndexOf('\n', lineStart);
            int lineEnd = newLine < 0 ? text.Length : newLine + 1;
            if (text.AsSpan(lineStart, lineEnd - lineStart).IsWhiteSpace())
            {
                Close(lineStart);
                start = lineEnd;
            }
            lineStart = lineEnd;
        }
        Close(text.Length);
        return new Outline(title, [new Section(title, paragraphs)]);

        void Close(int end)
        {
            if (Pieces.Trim(text, start, end) is { Length: > 0 } paragraph) paragraphs.Add(paragraph);
        }
    }
}
