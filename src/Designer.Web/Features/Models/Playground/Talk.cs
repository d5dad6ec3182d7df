using System.Text;
using System.Text.Json.Serialization;
using Designer.Flows;

namespace Designer.Web.Features.Models.Playground;

/// <summary>One talk with several models at once: what is asked is shared, each column has its own model, settings and answers. The browser keeps it.</summary>
public sealed class Talk
{
    public const int MostColumns = 4;

    public List<Asked> Turns { get; init; } = [];
    public List<Column> Columns { get; init; } = [];

    /// <summary>Begins a turn; every column gets an answer to fill.</summary>
    public IReadOnlyList<(Column Column, Answer Answer)> Ask(Asked asked)
    {
        Turns.Add(asked);
        return [.. Columns.Select(column => (column, column.Begin(Turns.Count - 1)))];
    }

    public void Clear()
    {
        Turns.Clear();
        foreach (Column column in Columns) column.Answers.Clear();
    }

    /// <summary>What was under way when the page went: the calls ended with it.</summary>
    public void TakeUp()
    {
        foreach (Answer answer in Columns.SelectMany(c => c.Answers).OfType<Answer>().Where(a => a.State == AnswerState.Running)) answer.Stop();
    }
}

/// <param name="Images">Files of the workspace; they stay for a day.</param>
public sealed record Asked(string Text, IReadOnlyList<FileRef> Images);

/// <summary>A model with the settings it is asked with.</summary>
public sealed class Column
{
    public const int UsualMaxTokens = 1024;

    public Guid Key { get; init; } = Guid.NewGuid();
    public string Model { get; set; } = "";
    public double? Temperature { get; set; }
    public double? TopP { get; set; }
    public int? MaxTokens { get; set; } = UsualMaxTokens;
    public long? Seed { get; set; }

    /// <summary>One for each turn; null where the column was not there yet.</summary>
    public List<Answer?> Answers { get; init; } = [];

    public Answer? At(int turn) => turn < Answers.Count ? Answers[turn] : null;

    public Answer Begin(int turn)
    {
        while (Answers.Count <= turn) Answers.Add(null);
        return Answers[turn] = new Answer { Model = Model };
    }
}

public enum AnswerState { Running, Done, Stopped, Failed }

/// <summary>One model's answer to one turn, as far as it has come, and what it took.</summary>
public sealed class Answer
{
    private const double ShortestMs = 5;
    private readonly StringBuilder _text = new();

    public string Model { get; init; } = "";
    public string Text { get => _text.ToString(); init => _text.Append(value); }
    public AnswerState State { get; set; }

    /// <summary>Why there is none, in words for people.</summary>
    public string? Error { get; set; }

    /// <summary>The other model that took over, where a fallback did.</summary>
    public string? AnsweredBy { get; set; }
    public bool IsCut { get; set; }
    public double? FirstTokenMs { get; set; }
    public double TotalMs { get; set; }
    public long? InputTokens { get; set; }
    public long? OutputTokens { get; set; }
    public decimal? Cost { get; set; }

    /// <summary>Of the answer's own time, the wait for its first token left out; null where it came as one piece.</summary>
    [JsonIgnore]
    public double? TokensPerSecond => OutputTokens is > 1 and { } tokens && FirstTokenMs is { } first && TotalMs - first >= ShortestMs ? (tokens - 1) * 1000.0 / (TotalMs - first) : null;

    [JsonIgnore]
    public bool HasText => _text.Length > 0;

    public void Add(string piece) => _text.Append(piece);

    public void Stop() => State = AnswerState.Stopped;

    public void Fail(string why)
    {
        State = AnswerState.Failed;
        Error = why;
    }
}
