using Designer.Models;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Models;

/// <summary>A piece of a model's thinking that its provider has signed. It goes back with the results of tools unchanged, or the provider refuses them.</summary>
/// <param name="At">After how many characters of the answer's text it stands.</param>
/// <param name="IsRedacted">The provider keeps the text to itself; the signature is all there is.</param>
internal sealed record Thought(string Text, string Signature, bool IsRedacted, int At)
{
    public TextReasoningContent ToContent() => new(Text)
    {
        ProtectedData = Signature,
        AdditionalProperties = IsRedacted ? new() { [ChatModel.RedactedThought] = true } : null,
    };

    /// <summary>The text of an answer with the thoughts at their places.</summary>
    public static IEnumerable<AIContent> Among(string text, IReadOnlyList<Thought> thoughts)
    {
        int at = 0;
        foreach (Thought thought in thoughts)
        {
            int to = Math.Clamp(thought.At, at, text.Length);
            if (to > at) yield return new TextContent(text[at..to]);
            yield return thought.ToContent();
            at = to;
        }
        if (at < text.Length) yield return new TextContent(text[at..]);
    }
}

/// <summary>Puts a stream's pieces of thinking together; a signature ends a thought.</summary>
internal sealed class Thinking
{
    private readonly System.Text.StringBuilder _text = new();
    private readonly List<Thought> _thoughts = [];

    public int Length { get; private set; }
    public IReadOnlyList<Thought> Thoughts => _thoughts;

    public void Add(TextReasoningContent piece, int at)
    {
        Length += piece.Text.Length;
        _text.Append(piece.Text);
        if (string.IsNullOrEmpty(piece.ProtectedData)) return;
        _thoughts.Add(new Thought(_text.ToString(), piece.ProtectedData, piece.AdditionalProperties?.ContainsKey(ChatModel.RedactedThought) == true, at));
        _text.Clear();
    }
}
