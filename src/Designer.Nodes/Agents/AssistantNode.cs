using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Nodes.Models;
using Designer.Nodes.Tools;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Agents;

[Node("agents.assistant", NodeGroup.Agents, Name = "Assistant", Icon = "bot", Summary = "{goal}", Effect = true,
    Example = "Plan a trip with a weather tool and a search of the travel guide.",
    Description = "A model that works towards a goal with the tools, knowledge and sub-flows below it, in as many turns as it needs and may take. Each turn and each call is a step in the trace.")]
[AttachmentPort("tools", Label = "Tools"), AttachmentPort("knowledge", Label = "Knowledge")]
public sealed class AssistantNode(IChatModels models, GuardedHttp http) : Node<AssistantNode.Settings, AssistantNode.Outputs>
{
    /// <summary>When a person is asked before a tool acts on the world (writes over HTTP, runs a sub-flow, calls an address the model made up).</summary>
    public enum ApprovalRule { WhenUntrusted, Always, Never }

    public sealed record Settings(
        [property: Setting("Model", Slot = "model", Required = true)] string Model,
        [property: Setting("Goal", Template = true, Required = true, Widget = Widget.TextArea, Help = "What the assistant is for and how it should work.")] string Goal,
        [property: Setting("Input", Template = true, Required = true, Widget = Widget.TextArea, Help = "What it is asked now, e.g. {{ start.question }}.")] string Input,
        [property: Setting("Earlier messages", Min = 0, Max = 200, Help = "How many messages of the conversation go along.")] int History = 0,
        [property: Setting("Most turns", Min = 1, Max = 50, Help = "The last one is made without tools, so that there is always an answer.")] int MaxTurns = 8,
        [property: Setting("Most tool calls", Min = 0, Max = 500)] int MaxToolCalls = 30,
        [property: Setting("Longest turn", Min = 1, Max = 100_000, Help = "In tokens.")] int MaxTokens = 4096,
        [property: Setting("Temperature", Min = 0, Max = 2, Widget = Widget.Slider)] double? Temperature = null,
        [property: Setting("Ask a person", Help = "Before a tool acts. When untrusted: as soon as the conversation holds text from a tool, a document or the web.")] ApprovalRule Approval = ApprovalRule.WhenUntrusted,
        [property: Setting("Images", Widget = Widget.Reference, Help = "Pictures for a model that sees: a file, a web address or a list of them, e.g. {{ start.photo }}. They go with the input.")] object? Images = null);

    /// <param name="Files">Pictures and films that its tools made.</param>
    public sealed record Outputs(
        [property: Output("Text")] string Text,
        [property: Output("Citations", Type = "array<object>")] IReadOnlyList<Citation> Citations,
        [property: Output("Turns")] int Turns,
        [property: Output("Tool calls", Type = "array<object>")] IReadOnlyList<CallReport> ToolCalls,
        [property: Output("At its limit")] bool AtLimit,
        [property: Output("Files", Type = "array<file>")] IReadOnlyList<FileRef> Files);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        ChatModel model = await ModelCall.ResolveAsync(models, settings.Model, step).ConfigureAwait(false);
        AgentTools tools = await AgentTools.ReadAsync(step).ConfigureAwait(false);
        if (tools.Count > 0 && !model.SupportsTools)
            throw new StepException("model.noTools", $"The model “{settings.Model}” cannot call tools, so this assistant could not use what hangs below it. Bind the slot to a model that calls tools, or detach the tools.");

        IReadOnlyList<AIContent> images = await SentImages.ReadAsync(settings.Images, model, http, step).ConfigureAwait(false);
        AgentTalk talk = new(settings, tools, step.Conversation, images);
        AgentCalls calls = new(settings, tools, step);
        SeenPictures pictures = new(model, step);
        for (int turn = 1; ; turn++)
        {
            // One more call than this one must fit, or this one is the last and has to be the answer.
            bool isLast = turn >= settings.MaxTurns || calls.Made >= settings.MaxToolCalls || !step.Budget.CanAfford(2, 2 * (talk.Tokens + settings.MaxTokens));
            bool offersTools = tools.Count > 0 && !isLast;
            AgentTurn reply = await talk.TakeTurnAsync(model, turn, offersTools, step).ConfigureAwait(false);
            if (reply.Calls.Count == 0 || !offersTools)
                return StepResult.Done(new Outputs(talk.Finish(reply, step), talk.Citations(), turn, calls.Reports, isLast && tools.Count > 0 && turn > 1, calls.Files));
            IReadOnlyList<ToolAnswer> answers = await calls.RunAsync(turn, reply.Calls, talk.HoldsUntrusted).ConfigureAwait(false);
            talk.Add(reply, answers, await pictures.ReadAsync(answers.SelectMany(a => a.Files)).ConfigureAwait(false));
        }
    }
}
