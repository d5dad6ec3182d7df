using System.Buffers;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Web.Commands;

/// <summary>Writes a run's steps to standard error as they happen: a line each, or with JSON the events as they are recorded.</summary>
internal sealed class TracePrinter(Terminal terminal, bool asJson)
{
    public void Show(RunEvent e)
    {
        if (e.Seq == 0) return;
        if (asJson)
        {
            ArrayBufferWriter<byte> line = new();
            EventJson.WriteLine(line, e);
            terminal.Note(PlainText.CleanJson(Encoding.UTF8.GetString(line.WrittenSpan).TrimEnd('\n')));
        }
        else if (Text(e) is { } text) terminal.Note($"{(e.Step is null ? "" : "  ")}{PlainText.OneLine(text)}");
    }

    private static string? Text(RunEvent e) => e.Type switch
    {
        RunEventType.StepStarted => $"… {e.Step}{Attempt(e)}",
        RunEventType.StepCompleted => $"✓ {e.Step}{Took(e)}{(e.Data?.Port is { } port and not "out" ? $" → {port}" : "")}{Tokens(e.Data?.Usage)}{Instead(e.Data?.Calls)}{(e.Data?.Cached == true ? " (from the record)" : "")}",
        RunEventType.StepSkipped => $"– {e.Step} skipped",
        RunEventType.StepFailed => $"✗ {e.Step}{Took(e)}: {e.Data?.Error?.Message} ({e.Data?.Error?.Code})",
        RunEventType.StepRetrying => $"↻ {e.Step} again{(e.Data?.DelayMs is { } delay ? $" in {Times.Took(TimeSpan.FromMilliseconds(delay))}" : "")}: {e.Data?.Error?.Message}",
        RunEventType.StepWaiting => $"⏸ {e.Step} waits: {e.Data?.Form?.Title}",
        RunEventType.StepResumed => $"▶ {e.Step}: {e.Data?.Answer?.Decision}",
        RunEventType.StepCancelled => $"✗ {e.Step} cancelled",
        RunEventType.RunCompleted => $"completed{Tokens(e.Data?.Usage)}",
        RunEventType.RunFailed => "failed",
        RunEventType.RunCancelled => "cancelled",
        _ => null,
    };

    private static string Attempt(RunEvent e) => e.Attempt > 1 ? $" (attempt {e.Attempt})" : "";

    private static string Took(RunEvent e) => e.Data?.DurationMs is { } took ? $" {Times.Took(TimeSpan.FromMilliseconds(took))}" : "";

    private static string Instead(IReadOnlyList<CallTrace>? calls) =>
        calls?.LastOrDefault(c => c.InsteadOf is not null) is { } call ? $" ({call.Model} instead of {call.InsteadOf}: {call.Because})" : "";

    private static string Tokens(Usage? usage) => usage is { ModelCalls: > 0 } ? $" ({usage.InputTokens} tokens in, {usage.OutputTokens} out)" : "";
}
