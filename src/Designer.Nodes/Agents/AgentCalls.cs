using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Agents;

/// <summary>Runs the calls of a turn, all at once up to a few, each as a step of its own. What goes wrong is told to the model; nothing here ends the run.</summary>
internal sealed class AgentCalls(AssistantNode.Settings settings, AgentTools tools, StepContext step)
{
    private const int AtOnce = 8;
    private static readonly string[] Decisions = ["approve", "reject"];
    private static readonly JsonSerializerOptions Pretty = new(FlowJson.Options) { WriteIndented = true };

    private readonly List<CallReport> _reports = [];
    private readonly List<FileRef> _files = [];

    /// <summary>Calls that were run, in all turns.</summary>
    public int Made { get; private set; }
    public IReadOnlyList<CallReport> Reports => _reports;
    /// <summary>What the calls made, in their order.</summary>
    public IReadOnlyList<FileRef> Files => _files;

    public async ValueTask<IReadOnlyList<ToolAnswer>> RunAsync(int turn, IReadOnlyList<ToolCall> calls, bool holdsUntrusted)
    {
        // Decided before anything runs, so that it comes out the same when the step is entered again.
        int allowed = Math.Min(calls.Count, settings.MaxToolCalls - Made);
        Made += allowed;
        using SemaphoreSlim places = new(AtOnce);
        ToolAnswer[] answers = await Task.WhenAll(calls.Select(async (call, index) =>
        {
            if (index >= allowed) return Failed(call, $"Not run: {settings.MaxToolCalls} tool calls are allowed in all.");
            await places.WaitAsync(step.Cancellation).ConfigureAwait(false);
            try
            {
                return await RunAsync(call, $"turn#{turn}/call#{index + 1}", holdsUntrusted).ConfigureAwait(false);
            }
            catch (StepException error)
            {
                return new ToolAnswer(call, error.Message, IsError: true, IsFromOutside: true);
            }
            finally
            {
                places.Release();
            }
        })).ConfigureAwait(false);
        _reports.AddRange(answers.Select(a => new CallReport(turn, a.Call.Tool, a.Call.Arguments, !a.IsError, a.IsError ? a.Text : null)));
        _files.AddRange(answers.SelectMany(a => a.Files));
        return answers;
    }

    private async ValueTask<ToolAnswer> RunAsync(ToolCall call, string name, bool holdsUntrusted)
    {
        if (tools.Find(call.Tool) is not { } tool) return Failed(call, $"There is no tool “{call.Tool}”. There are: {string.Join(", ", tools.Names)}.");
        if (call.Problem is not null) return Failed(call, call.Problem);
        if (tool.Checks?.Problems(call.Arguments) is { Count: > 0 } problems) return Failed(call, "The arguments do not fit: " + string.Join("; ", problems));
        step.Budget.CountToolCall(call.Tool);
        if (tool.Acts && (settings.Approval == AssistantNode.ApprovalRule.Always || settings.Approval == AssistantNode.ApprovalRule.WhenUntrusted && holdsUntrusted))
        {
            HumanAnswer answer = await AskAsync(tool, call, name, holdsUntrusted).ConfigureAwait(false);
            if (answer.Decision != "approve") return Failed(call, "A person did not allow this call." + (string.IsNullOrEmpty(answer.Comment) ? "" : " They said: " + answer.Comment));
        }
        StepOutcome outcome = await step.RunAttachedAsync(tool.Node, name, call.Arguments).ConfigureAwait(false);
        return Answer(call, tool.Node, FlowValue.ToJson(outcome.Outputs));
    }

    private async ValueTask<HumanAnswer> AskAsync(AgentTool tool, ToolCall call, string name, bool holdsUntrusted)
    {
        string why = holdsUntrusted
            ? "The conversation holds text from tools, documents or the web, which may have led the model to this call."
            : "The flow asks before each call of a tool that acts.";
        HumanForm form = new($"Allow “{tool.Node.Name}”?", $"{why}\n\nArguments:\n{step.Mask(JsonSerializer.Serialize(call.Arguments, Pretty))}", Decisions);
        return await step.RunPartAsync(name + "/approval", new { tool = tool.Node.Id, call.Arguments, why }, part => part.AskAsync(form)).ConfigureAwait(false);
    }

    // Each node type has one output that a model is interested in.
    private static ToolAnswer Answer(ToolCall call, AttachedNode node, JsonElement outputs) => node.Type switch
    {
        "knowledge.search" when outputs.TryGetProperty("chunks", out JsonElement chunks) =>
            chunks.GetArrayLength() > 0 ? new ToolAnswer(call, "", false, true, chunks) : new ToolAnswer(call, "Nothing was found.", false, false),
        "tools.code" when outputs.TryGetProperty("result", out JsonElement result) => new ToolAnswer(call, FlowValue.ToText(result), false, true),
        "tools.http" when outputs.TryGetProperty("body", out JsonElement body) => new ToolAnswer(call, FlowValue.ToText(body), false, true),
        "models.image" when outputs.TryGetProperty("files", out JsonElement made) && FlowValue.FilesIn(made).ToArray() is { Length: > 0 } files =>
            new ToolAnswer(call, $"Made {files.Length} {(files.Length == 1 ? "file" : "files")}:\n{string.Join("\n", files.Select(f => $"- {f.Name} ({f.MediaType}), id {f.Id}"))}", false, true) { Files = files },
        "logic.subflow" when outputs.TryGetProperty("output", out JsonElement output) => new ToolAnswer(call, FlowValue.ToText(output), false, true),
        _ => new ToolAnswer(call, outputs.GetRawText(), false, true),
    };

    private static ToolAnswer Failed(ToolCall call, string problem) => new(call, problem, IsError: true, IsFromOutside: false);
}
