using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Logic;

[Node("logic.while", NodeGroup.Logic, Name = "While", Icon = "refresh-cw", Summary = "{condition}",
    Example = "Rewrite a summary until it has fewer than 100 words, at most five times.",
    Description = "Repeats its body as long as a condition holds. It carries a state from one iteration to the next; the last state is its output.")]
[BodyName("state", "iteration", "integer"), OutputsFrom("state")]
public sealed class WhileNode : Node<WhileNode.Settings, Dictionary<string, object?>>
{
    public sealed record Settings(
        [property: Setting("Condition", Required = true, Widget = Widget.Conditions, Help = "Checked before each iteration; {{ state.name }} is known here.")] Deferred Condition,
        [property: Setting("State")] IReadOnlyList<Row> State,
        [property: Setting("Most iterations", Min = 1, Max = 10_000, Help = "The step fails when the condition still holds then.")] int MaxIterations = 20);

    public sealed record Row(
        [property: Setting("Name", Required = true)] string Name,
        [property: Setting("First value", Template = true)] object? Init = null,
        [property: Setting("Next value", Help = "Taken after each iteration, e.g. {{ improve.text }}. Empty: stays as it is.")] Deferred? Next = null,
        [property: Setting("Type", Options = ["any", "string", "number", "integer", "boolean", "object", "array"])] string Type = "any");

    public override async ValueTask<StepResult<Dictionary<string, object?>>> RunAsync(Settings settings, StepContext step)
    {
        Dictionary<string, object?> state = [];
        foreach (Row row in settings.State) state[row.Name] = FlowValue.Unwrap(row.Init);
        for (int iteration = 0; settings.Condition.Holds(step.ScopeWith(Names(state, iteration))); iteration++)
        {
            if (iteration == settings.MaxIterations)
                throw new StepException("loop.limit", $"The condition still holds after {settings.MaxIterations} iterations. Raise the limit, or let the body change what the condition looks at.");
            IValueScope body = await step.RunBodyAsync(iteration, Names(state, iteration)).ConfigureAwait(false);
            // All next values are made of the old state, whatever their order.
            Dictionary<string, object?> next = new(state);
            foreach (Row row in settings.State)
                if (row.Next is not null) next[row.Name] = row.Next.Evaluate(body);
            state = next;
        }
        return StepResult.Done(state);
    }

    // The names that the flow's author chose win.
    private static Dictionary<string, object?> Names(Dictionary<string, object?> state, int iteration)
    {
        Dictionary<string, object?> visible = new(state);
        visible.TryAdd("iteration", iteration);
        return new() { ["state"] = visible };
    }
}
