using System.Text.Json;
using Designer.Flows;
using Designer.Nodes.Models;

namespace Designer.Nodes.Agents;

/// <summary>What the model said in one turn, as it stands in the run's log.</summary>
/// <param name="Thoughts">Signed thinking, which goes back to the model unchanged; null where there was none.</param>
/// <param name="Streamed">How many characters of the text have gone to whoever watches.</param>
internal sealed record AgentTurn(string Text, IReadOnlyList<ToolCall> Calls, string FinishReason, int Streamed, IReadOnlyList<Thought>? Thoughts = null);

/// <param name="Arguments">A JSON object.</param>
/// <param name="Problem">Why the call cannot be read, to tell the model.</param>
internal sealed record ToolCall(string Id, string Tool, JsonElement Arguments, string? Problem = null);

/// <summary>What a call gave.</summary>
/// <param name="IsFromOutside">The tool ran, so its text, an error's too, may be anybody's.</param>
/// <param name="Chunks">Passages that can be cited; they are numbered in the order of the calls.</param>
/// <param name="Files">Files of the run that the tool made.</param>
internal sealed record ToolAnswer(ToolCall Call, string Text, bool IsError, bool IsFromOutside, JsonElement? Chunks = null)
{
    public IReadOnlyList<FileRef> Files { get; init; } = [];
}

/// <summary>One tool call, for the trace and the flow.</summary>
public sealed record CallReport(int Turn, string Tool, JsonElement Arguments, bool Ok, string? Error);
