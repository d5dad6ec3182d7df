using System.Globalization;
using System.Net;
using System.Text;
using Designer.Models.Extractive;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Extractive;

internal sealed record TestChunk(string Title, string Text, string File = "");

/// <summary>Builds prompts as a flow's templates do and asks the embedded model.</summary>
internal static class Prompts
{
    public static string Context(IEnumerable<TestChunk> chunks)
    {
        var text = new StringBuilder("<sources>\n");
        var n = 0;
        foreach (var chunk in chunks)
            text.Append(CultureInfo.InvariantCulture, $"<source n=\"{++n}\" id=\"c{n}\" title=\"{WebUtility.HtmlEncode(chunk.Title)}\">\n")
                .Append(chunk.Text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal))
                .Append("\n</source>\n");
        return text.Append("</sources>").ToString();
    }

    public static string Ask(string question, params TestChunk[] chunks) =>
        Send("Answer from the sources only and cite them.\n" + Context(chunks), question);

    public static string Send(string system, string user)
    {
        using var client = new ExtractiveChatClient();
        var answer = client.GetResponseAsync([new ChatMessage(ChatRole.System, system), new ChatMessage(ChatRole.User, user)]);
        return answer.GetAwaiter().GetResult().Text;
    }

    /// <summary>A Markdown file cut at its headings, as the knowledge base does it.</summary>
    public static IEnumerable<TestChunk> ByHeading(string file)
    {
        string title = Path.GetFileNameWithoutExtension(file), heading = "";
        var body = new StringBuilder();
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith('#'))
            {
                if (body.ToString().Trim() is { Length: > 0 } text) yield return new TestChunk(title, heading + "\n" + text, Path.GetFileName(file));
                body.Clear();
                heading = line;
                if (line.StartsWith("# ", StringComparison.Ordinal)) title = line[2..];
            }
            else body.AppendLine(line);
        }
        if (body.ToString().Trim() is { Length: > 0 } rest) yield return new TestChunk(title, heading + "\n" + rest, Path.GetFileName(file));
    }
}
