using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Web.Commands;

/// <summary>
/// Writes a run's answers to standard output as they come. What streams is one text at a time; the others follow whole. With the flow's
/// document it knows its answer nodes; without it, it shows what streams and completes it from the run's output.
/// </summary>
internal sealed class AnswerPrinter(Terminal terminal, FlowDocument? document = null, INodeTypes? types = null)
{
    private const string BetweenAnswers = "\n\n";

    // All that was written, and the part of it that belongs to the answer on its way.
    private readonly StringBuilder _shown = new();
    private int _start;
    private (string Answer, string Step, int Attempt)? _streaming;
    // A character may come in two halves.
    private string _half = "";

    public void Show(RunEvent e)
    {
        if (e is { Type: RunEventType.StepToken, Step: { } step, Data: { AnswerNode: { } answer, Text: { } text } data } && !step.Contains('/')) Token(answer, step, e.Attempt, data.Offset ?? 0, text);
        else if (e is { Type: RunEventType.StepCompleted, Step: { } path, Data.Outputs: { } outputs } && IsAnswer(path) && TextOf(outputs) is { } whole) Complete(NodeOf(path), whole);
    }

    private void Token(string answer, string step, int attempt, int offset, string text)
    {
        if (_streaming is { } other && other.Answer != answer) return;
        if (_streaming is null)
        {
            // Somebody who comes in the middle gets the whole text when it is complete.
            if (offset > 0) return;
            Begin();
            _streaming = (answer, step, attempt);
        }
        else if (_streaming != (answer, step, attempt))
        {
            // The model was asked again; what was written cannot be taken back.
            Put("\n");
            _start = _shown.Length;
            _streaming = (answer, step, attempt);
        }
        Put(text);
    }

    private void Complete(string answer, string text)
    {
        if (_streaming is { } streaming && streaming.Answer == answer) Finish(text);
        else if (_streaming is null)
        {
            Begin();
            Put(text);
        }
        else return;
        _streaming = null;
    }

    /// <summary>Completes the text from the run's output, then writes its citations; without a text, its named values.</summary>
    public void End(JsonElement? output)
    {
        if (output is not { ValueKind: JsonValueKind.Object } all) return;
        bool hasText = all.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String;
        if (hasText)
        {
            _start = 0;
            Finish(text.GetString()!);
            Break();
        }
        if (all.TryGetProperty("citations", out JsonElement citations) && citations.ValueKind == JsonValueKind.Array)
        {
            terminal.Line();
            foreach (Citation citation in citations.Deserialize<Citation[]>(FlowJson.Options)!.DistinctBy(c => c.N))
                terminal.Line($"[{citation.N}] {PlainText.OneLine(citation.Title)}{(citation.Page is { } page ? $", page {page}" : "")}{(citation.Quote is { } quote ? $": \"{PlainText.OneLine(quote, 200)}\"" : "")}");
        }
        // Named values are for programs, which ask for JSON; they show where there is nothing else to read.
        if (hasText) return;
        Dictionary<string, JsonElement> others = all.EnumerateObject().Where(m => m.Name is not ("text" or "citations")).ToDictionary(m => m.Name, m => m.Value);
        if (others.Count > 0) terminal.Json(others);
    }

    /// <summary>Ends the line that a text left open.</summary>
    public void Break()
    {
        terminal.Write(_half);
        terminal.EndLine();
        _half = "";
    }

    private void Begin()
    {
        if (_shown.Length > 0) Put(BetweenAnswers);
        _start = _shown.Length;
    }

    private void Finish(string text)
    {
        string shown = _shown.ToString(_start, _shown.Length - _start);
        if (text.StartsWith(shown, StringComparison.Ordinal)) Put(text[shown.Length..]);
        else
        {
            Put("\n");
            Put(text);
        }
    }

    private void Put(string text)
    {
        _shown.Append(text);
        text = _half + text;
        _half = text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[^1..] : "";
        terminal.Write(text[..^_half.Length]);
    }

    // In the flow itself or in its containers; a sub-flow's answers are values of the sub-flow step.
    private bool IsAnswer(string path)
    {
        if (document is null || types is null) return false;
        IReadOnlyList<FlowNode> level = document.Nodes;
        string[] parts = [.. path.Split('/').Select(NodeOf)];
        foreach (string part in parts[..^1])
        {
            if (level.FirstOrDefault(n => n.Id == part)?.Children is not { } body) return false;
            level = body.Nodes;
        }
        return level.FirstOrDefault(n => n.Id == parts[^1]) is { } node && types.Find(node.Type)?.Group == NodeGroup.Output;
    }

    private static string NodeOf(string path) => path[(path.LastIndexOf('/') + 1)..].Split('#')[0];

    private static string? TextOf(object outputs) => outputs switch
    {
        IAnswerOutputs answer => answer.Text,
        JsonElement { ValueKind: JsonValueKind.Object } json when json.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String => text.GetString(),
        _ => null,
    };
}
