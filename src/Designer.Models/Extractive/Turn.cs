using System.Text;
using Designer.Models.Extractive.Answering;
using Designer.Models.Extractive.Text;
using Microsoft.Extensions.AI;

namespace Designer.Models.Extractive;

/// <summary>One call, read: what the instructions ask for, the sources, and what the user says.</summary>
internal sealed class Turn
{
    private readonly List<Source> _sources = [];
    private readonly StringBuilder _instructions = new();
    private readonly List<string> _said = [];
    private bool _hasSources;

    public long InputTokens { get; private set; }

    private string Instructions => _instructions.ToString();
    private string LastSaid => _said.Count > 0 ? _said[^1] : "";
    private string? Earlier => _said.Count > 1 ? _said[^2] : null;

    public static Turn Read(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var turn = new Turn();
        if (options?.Instructions is { Length: > 0 } instructions) turn.Instruct(instructions);
        foreach (var message in messages)
        {
            var text = message.Text ?? "";
            turn.InputTokens += Pieces.Count(text);
            if (message.Role == ChatRole.System) turn.Instruct(text);
            else if (message.Role == ChatRole.User) turn.Say(text);
        }
        return turn;
    }

    public string Reply(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var chinese = Tokenizer.IsMostlyCjk(LastSaid.Length > 0 ? LastSaid : Instructions);
        return _hasSources ? AnswerFromSources(chinese) : Replies.CannotChat(chinese);
    }

    private string AnswerFromSources(bool chinese)
    {
        var quotes = Answerer.Answer(_sources, LastSaid, Earlier);
        if (quotes.Count == 0) return Replies.NoAnswer(chinese);
        var text = new StringBuilder();
        foreach (var quote in quotes)
        {
            var tight = Tokenizer.IsMostlyCjk(quote.Text);
            if (text.Length > 0) text.Append(tight ? "" : " ");
            text.Append(quote.Text).Append(tight ? "[" : " [").Append(quote.Number).Append(']');
        }
        return text.ToString();
    }

    private void Instruct(string text)
    {
        _hasSources |= Sources.TryRead(text, _sources);
        _instructions.AppendLine(Sources.Without(text));
    }

    private void Say(string text)
    {
        _hasSources |= Sources.TryRead(text, _sources);
        _said.Add(Sources.Without(text).Trim());
    }
}
