using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Models.Extractive.Answering;
using Designer.Models.Extractive.Summaries;
using Designer.Models.Extractive.Text;
using Microsoft.Extensions.AI;

namespace Designer.Models.Extractive;

/// <summary>One call, read: what the instructions ask for, the sources, and what the user says.</summary>
internal sealed class Turn
{
    private readonly List<Source> _sources = [];
    private readonly List<Source> _userSources = [];
    private readonly StringBuilder _instructions = new();
    private readonly List<string> _said = [];
    private readonly List<string> _talk = [];
    private ChatResponseFormatJson? _json;
    private bool _hasSources;

    public long InputTokens { get; private set; }

    private string LastSaid => _said.Count > 0 ? _said[^1] : "";
    private string? Earlier => _said.Count > 1 ? _said[^2] : null;

    public static Turn Read(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var turn = new Turn { _json = options?.ResponseFormat as ChatResponseFormatJson };
        if (options?.Instructions is { Length: > 0 } instructions) turn.Instruct(instructions);
        foreach (var message in messages ?? [])
        {
            var text = message?.Text ?? "";
            turn.InputTokens += Pieces.Count(text);
            if (message?.Role == ChatRole.System) turn.Instruct(text);
            else if (message?.Role == ChatRole.User) turn.Say(text);
            else if (text.Length > 0) turn._talk.Add(text);
        }
        // Sources in the instructions are the flow's; those in a user's words count only where the flow has none.
        if (turn._sources.Count == 0) turn._sources.AddRange(turn._userSources);
        return turn;
    }

    public string Reply(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var instructions = _instructions.ToString();
        var chinese = Tokenizer.IsMostlyCjk(LastSaid.Length > 0 ? LastSaid : instructions);
        if (_json is not null) return Json(instructions, chinese);
        return Text(instructions, chinese);
    }

    private string Text(string instructions, bool chinese)
    {
        if (!_hasSources && LabelList.Read(instructions) is { Count: > 0 } labels && LastSaid.Length > 0) return ExtractiveClassifier.Classify(LastSaid, labels).Label;
        var request = SummaryRequest.Read(LastSaid.Length < 400 ? LastSaid : LastSaid[..200] + "\n" + LastSaid[^200..]);
        if (_hasSources) return request is { Summary: true } && !AsksForFact(LastSaid) ? SummariseSources(request, chinese) : AnswerFromSources(chinese);
        if (request is not null && SummaryRequest.TextWithout(LastSaid) is { Length: > 0 } inMessage) return Shorten(inMessage, request, chinese);
        if (request is not null && _talk.Count > 0) return Shorten(string.Join("\n\n", _talk), request, chinese);
        if (SummaryRequest.Read(instructions) is { } instructed) return Shorten(LastSaid.Length > 0 ? LastSaid : SummaryRequest.TextWithout(instructions), instructed, chinese);
        return request is not null ? Replies.NothingToSummarise(chinese) : Replies.CannotChat(chinese);
    }

    private string AnswerFromSources(bool chinese)
    {
        var quotes = Answerer.Answer(_sources, LastSaid, Earlier);
        if (quotes.Count == 0) return Replies.NoAnswer(chinese);
        var text = new StringBuilder();
        foreach (var quote in quotes)
        {
            var tight = Tokenizer.IsMostlyCjk(quote.Text);
            if (text.Length > 0 && !tight) text.Append(' ');
            text.Append(quote.Text).Append(tight ? "[" : " [").Append(quote.Number).Append(']');
        }
        return text.ToString();
    }

    /// <summary>"Where is the summary of benefits?" asks for a place, not for a summary.</summary>
    private static bool AsksForFact(string question) => AnswerKinds.Of(question) is not (AnswerKind.Any or AnswerKind.YesNo or AnswerKind.Manner or AnswerKind.Definition);

    private string SummariseSources(SummaryRequest request, bool chinese)
    {
        var about = SourceTopics.About(_sources, LastSaid);
        var summary = Summarizer.Summarize(string.Join("\n\n", about.Select(s => s.Text)), request);
        if (summary.Length == 0) return Replies.NoAnswer(chinese);
        var cited = about.Where(s => SentenceSplitter.Split(summary).Any(q => s.Text.Contains(q.TrimStart('-', ' '), StringComparison.Ordinal))).Select(s => $"[{s.Number}]").Distinct();
        return $"{summary} {string.Concat(cited)}".TrimEnd();
    }

    private static string Shorten(string text, SummaryRequest request, bool chinese)
    {
        var title = request.Title ? Titler.Title(text) : "";
        var summary = request.Summary ? Summarizer.Summarize(text, request) : "";
        var both = title.Length > 0 && summary.Length > 0 ? $"{title}\n\n{summary}" : title + summary;
        return both.Length > 0 ? both : Replies.NothingToSummarise(chinese);
    }

    private string Json(string instructions, bool chinese)
    {
        if (_json!.Schema is not { ValueKind: JsonValueKind.Object } schema) return new JsonObject { ["text"] = Text(instructions, chinese) }.ToJsonString(s_readable);
        var text = LastSaid.Length > 0 || _sources.Count > 0 ? string.Join("\n\n", (string[])[LastSaid, .. _sources.Select(s => s.Text)]) : instructions;
        var value = JsonNode.Parse(ExtractiveExtractor.Extract(text, schema).GetRawText());
        // A field named "answer" beside sources asks for the answer, not for a label.
        if (_hasSources && value is JsonObject filled && filled.ContainsKey("answer") && filled["answer"] is null) filled["answer"] = AnswerFromSources(chinese);
        return value?.ToJsonString(s_readable) ?? "null";
    }

    private void Instruct(string text)
    {
        _hasSources |= Sources.TryRead(text, _sources);
        _instructions.AppendLine(Sources.Without(text));
    }

    private void Say(string text)
    {
        _hasSources |= Sources.TryRead(text, _userSources);
        var said = Sources.Without(text).Trim();
        if (_said.Count > 0 && LastSaid.Length > 0) _talk.Add(LastSaid);
        _said.Add(said);
    }

    private static readonly JsonSerializerOptions s_readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
