using System.Collections.Concurrent;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine.Tests;

/// <summary>What the test nodes share: gates they wait for, and a count of how often each step really ran.</summary>
public sealed class Stage
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> gates = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> reached = new();
    public ConcurrentDictionary<string, int> Executions { get; } = new();
    public ConcurrentQueue<string> IdempotencyKeys { get; } = new();
    /// <summary>For random graphs: the log that effects look into, what they found wrong, and who holds them back.</summary>
    public MemoryRunLog? Log { get; set; }
    public ConcurrentQueue<string> Violations { get; } = new();
    public RandomGraphs.Chaos? Chaos { get; set; }

    public TaskCompletionSource Gate(string name) => gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    /// <summary>Completes when a step has come to that gate.</summary>
    public Task Reached(string name) => Arrival(name).Task;
    /// <summary>Completes when a step at that gate was cancelled.</summary>
    public Task Left(string name) => Arrival(name + " left").Task;
    public void Leave(string name) => Arrival(name + " left").TrySetResult();
    /// <summary>Called by a step that has come to a gate, before it awaits anything.</summary>
    public Action? Arriving { get; set; }

    public void Arrive(string name)
    {
        Arriving?.Invoke();
        Arrival(name).TrySetResult();
    }

    public void Count(string path) => Executions.AddOrUpdate(path, 1, (_, n) => n + 1);
    private TaskCompletionSource Arrival(string name) => reached.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

[Node("test.start", NodeGroup.Start, NoInput = true)]
[OutputsFrom("inputs")]
public sealed class StartNode : Node<StartNode.Settings, Dictionary<string, JsonElement>>
{
    public sealed record InputField(string Name, string Type = "any");
    public sealed record Settings([property: Setting("Inputs")] IReadOnlyList<InputField> Inputs);

    public override ValueTask<StepResult<Dictionary<string, JsonElement>>> RunAsync(Settings settings, StepContext step) =>
        new(StepResult.Done(settings.Inputs.ToDictionary(i => i.Name, i => step.FlowInput.TryGetProperty(i.Name, out JsonElement v) ? v : FlowJson.Null)));
}

[Node("test.answer", NodeGroup.Output, NoOutput = true)]
public sealed class AnswerNode : Node<AnswerNode.Settings, AnswerNode.Outputs>
{
    public sealed record Settings([property: Setting("Text", Template = true)] string? Text = null, [property: Setting("Value")] object? Value = null);
    public sealed record Outputs([property: Output("Text")] string? Text, object? Value) : IAnswerOutputs
    {
        public IReadOnlyList<Citation>? Citations => null;
        public IReadOnlyDictionary<string, object?>? Values => Value is null ? null : new Dictionary<string, object?> { ["value"] = Value };
    }

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step) => new(StepResult.Done(new Outputs(settings.Text, settings.Value)));
}

/// <summary>A pure transform.</summary>
[Node("test.text", NodeGroup.Data)]
public sealed class TextNode(Stage stage) : Node<TextNode.Settings, TextNode.Outputs>
{
    public sealed record Settings([property: Setting("Text", Template = true)] string Text);
    public sealed record Outputs([property: Output("Text")] string Text);

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        stage.Count(step.Path);
        return new(StepResult.Done(new Outputs(settings.Text)));
    }
}

/// <summary>An effect that can wait at a gate, fail so many times, stream, and report what it consumed.</summary>
[Node("test.work", NodeGroup.Tools, Effect = true, Attachable = true)]
public sealed class WorkNode(Stage stage) : Node<WorkNode.Settings, WorkNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Text", Template = true)] string Text = "", [property: Setting("Gate", Template = true)] string? Gate = null,
        [property: Setting("Fail")] int Fail = 0, [property: Setting("Transient")] bool Transient = true, [property: Setting("Tokens")] IReadOnlyList<string>? Tokens = null,
        [property: Setting("Cost")] long Cost = 0, [property: Setting("Secret")] string? Secret = null, [property: Setting("Deaf")] bool Deaf = false);
    public sealed record Outputs([property: Output("Text")] string Text, [property: Output("Attempt")] int Attempt);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        stage.Count(step.Path);
        stage.IdempotencyKeys.Enqueue(step.IdempotencyKey);
        foreach (string token in settings.Tokens ?? []) step.EmitToken(token);
        if (settings.Gate is { Length: > 0 } gate)
        {
            stage.Arrive(gate);
            try
            {
                await stage.Gate(gate).Task.WaitAsync(settings.Deaf ? default : step.Cancellation);
            }
            catch (OperationCanceledException)
            {
                stage.Leave(gate);
                throw;
            }
        }
        if (settings.Cost > 0) step.Budget.Reserve(settings.Cost).Settle(new Usage(settings.Cost));
        if (settings.Cost > 0) step.Report(new Usage(settings.Cost, 0, 0, 1));
        if (stage.Executions[step.Path] <= settings.Fail) throw new StepException("test.failed", $"failure {stage.Executions[step.Path]}", settings.Transient);
        string text = settings.Secret is null ? settings.Text : settings.Text + await step.SecretAsync(settings.Secret);
        return StepResult.Done(new Outputs(text, step.Attempt));
    }
}

/// <summary>Leaves by the port its setting says.</summary>
[Node("test.route", NodeGroup.Logic)]
[OutputPort("a"), OutputPort("b")]
public sealed class RouteNode : Node<RouteNode.Settings, RouteNode.Outputs>
{
    public sealed record Settings([property: Setting("Port", Template = true)] string Port);
    public sealed record Outputs([property: Output("Port")] string Port);

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step) => new(StepResult.Take(settings.Port, new Outputs(settings.Port)));
}

[Node("test.loop", NodeGroup.Logic)]
[BodyName("each", "item", "any"), BodyName("each", "index", "integer")]
public sealed class LoopNode(Stage stage) : Node<LoopNode.Settings, LoopNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Items")] IReadOnlyList<object?> Items, [property: Setting("Collect")] Deferred Collect,
        [property: Setting("Parallel")] bool Parallel = false, [property: Setting("Skip")] bool Skip = false,
        [property: Setting("Two at a time")] bool Two = false);
    public sealed record Outputs([property: Output("Results")] IReadOnlyList<object?> Results);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        stage.Count(step.Path);
        object?[] results = new object?[settings.Items.Count];
        int next = -1;
        if (settings.Two) await Task.WhenAll(WorkAsync(), WorkAsync());
        else if (settings.Parallel) await Task.WhenAll(results.Select((_, i) => One(i)));
        else for (int i = 0; i < results.Length; i++) await One(i);
        return StepResult.Done(new Outputs(results));

        async Task WorkAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < results.Length;) await One(i).ConfigureAwait(false);
        }

        async Task One(int i)
        {
            try
            {
                IValueScope body = await step.RunBodyAsync(i, new Dictionary<string, object?> { ["each"] = new { item = settings.Items[i], index = i } }).ConfigureAwait(false);
                results[i] = settings.Collect.Evaluate(body);
            }
            catch (StepException) when (settings.Skip)
            {
                results[i] = "skipped";
            }
        }
    }
}

[Node("test.ask", NodeGroup.Human, Effect = true)]
[OutputPort("yes"), OutputPort("no"), OutputPort("timeout")]
public sealed class AskNode : Node<AskNode.Settings, AskNode.Outputs>
{
    public sealed record Settings([property: Setting("Text", Template = true)] string Text = "", [property: Setting("Within")] TimeSpan? Within = null);
    public sealed record Outputs([property: Output("By")] string? By);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        HumanAnswer answer = await step.AskAsync(new HumanForm("Ask", settings.Text, ["yes", "no"], settings.Within is { } within ? step.Clock.GetUtcNow() + within : null));
        return StepResult.Take(answer.Decision, new Outputs(answer.By));
    }
}

/// <summary>A scripted agent: so many turns, each with one call of its first tool.</summary>
[Node("test.agent", NodeGroup.Agents, Effect = true)]
[AttachmentPort("tools")]
public sealed class AgentNode(Stage stage) : Node<AgentNode.Settings, AgentNode.Outputs>
{
    public sealed record Settings([property: Setting("Turns")] int Turns = 2);
    public sealed record Outputs([property: Output("Text")] string Text);
    public sealed record Turn(string Text);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        List<string> said = [];
        for (int turn = 1; turn <= settings.Turns; turn++)
        {
            Turn model = await step.RunPartAsync($"turn#{turn}", new { turn }, s =>
            {
                stage.Count(s.Path);
                return new ValueTask<Turn>(new Turn($"t{turn}"));
            });
            AttachedNode tool = step.Attached("tools")[0];
            StepOutcome result = await step.RunAttachedAsync(tool, $"turn#{turn}/call#1", JsonSerializer.SerializeToElement(new { word = model.Text }));
            said.Add(((WorkNode.Outputs)result.Outputs!).Text);
        }
        return StepResult.Done(new Outputs(string.Join(' ', said)));
    }
}

[Node("test.set", NodeGroup.Data)]
public sealed class SetNode : Node<SetNode.Settings, SetNode.Outputs>
{
    public sealed record Settings([property: Setting("Name")] string Name, [property: Setting("Value")] object? Value);
    public sealed record Outputs(IReadOnlyDictionary<string, object?> Variables) : IVariableOutputs;

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step) =>
        new(StepResult.Done(new Outputs(new Dictionary<string, object?> { [settings.Name] = settings.Value })));
}

[Node("test.subflow", NodeGroup.Logic)]
public sealed class SubflowNode : Node<SubflowNode.Settings, SubflowNode.Outputs>
{
    public sealed record Settings([property: Setting("Flow", Slot = "flow")] string Flow, [property: Setting("Input")] object? Input = null);
    public sealed record Outputs([property: Output("Output")] JsonElement Output);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step) =>
        StepResult.Done(new Outputs(await step.RunFlowAsync(settings.Flow, FlowValue.ToJson(settings.Input))));
}

/// <summary>An effect that must never act twice without a person's word.</summary>
[Node("test.once", NodeGroup.Tools, Effect = true, DoNotRepeat = true)]
public sealed class OnceNode(Stage stage) : Node<OnceNode.Settings, OnceNode.Outputs>
{
    public sealed record Settings([property: Setting("Gate")] string? Gate = null);
    public sealed record Outputs([property: Output("Done")] bool Done);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        stage.Count(step.Path);
        if (settings.Gate is { } gate)
        {
            stage.Arrive(gate);
            await stage.Gate(gate).Task.WaitAsync(step.Cancellation);
        }
        return StepResult.Done(new Outputs(true));
    }
}

/// <summary>An effect that puts out a text of any length.</summary>
[Node("test.big", NodeGroup.Tools, Effect = true)]
public sealed class BigNode(Stage stage) : Node<BigNode.Settings, BigNode.Outputs>
{
    public sealed record Settings([property: Setting("Text", Template = true)] string Text, [property: Setting("Times")] int Times);
    public sealed record Outputs([property: Output("Text")] string Text);

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        stage.Count(step.Path);
        return new(StepResult.Done(new Outputs(string.Concat(Enumerable.Repeat(settings.Text, settings.Times)))));
    }
}
