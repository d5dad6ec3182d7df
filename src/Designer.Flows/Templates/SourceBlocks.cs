using System.Text;

namespace Designer.Flows;

/// <summary>
/// Writes chunks as numbered, escaped blocks (the filter <c>context</c>), from which every model, the embedded one too, can tell context
/// from instruction. The text of a chunk cannot close its block.
/// </summary>
public static class SourceBlocks
{
    /// <param name="chunks">A list of chunks, or of objects with <c>id</c>, <c>title</c>, <c>text</c> and perhaps <c>page</c>.</param>
    /// <param name="first">The first block's number, where others were written before.</param>
    public static string Write(object? chunks, int first = 1)
    {
        StringBuilder text = new("<sources>\n");
        int number = first - 1;
        foreach (object? chunk in FlowValue.Items(chunks))
        {
            text.Append("<source n=\"").Append(++number).Append("\" id=\"");
            AppendEscaped(text, Member(chunk, "id"), isAttribute: true);
            text.Append("\" title=\"");
            AppendEscaped(text, Member(chunk, "title"), isAttribute: true);
            if (Member(chunk, "page") is { Length: > 0 } page)
            {
                text.Append("\" page=\"");
                AppendEscaped(text, page, isAttribute: true);
            }
            text.Append("\">\n");
            AppendEscaped(text, chunk as string ?? Member(chunk, "text"), isAttribute: false);
            text.Append("\n</source>\n");
            if (text.Length > Template.MaxOutput) throw Template.TooLong();
        }
        return text.Append("</sources>").ToString();
    }

    private static string Member(object? chunk, string name) => FlowValue.TryGetMember(chunk, name, out object? member) ? FlowValue.ToText(member) : "";

    private static void AppendEscaped(StringBuilder text, string value, bool isAttribute)
    {
        foreach (char c in value)
        {
            switch (c)
            {
                case '&': text.Append("&amp;"); break;
                case '<': text.Append("&lt;"); break;
                case '>': text.Append("&gt;"); break;
                case '"' when isAttribute: text.Append("&quot;"); break;
                case '\n' or '\r' when isAttribute: text.Append(' '); break;
                default: text.Append(c); break;
            }
        }
    }
}
