using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Logic;

[Node("logic.forEach", NodeGroup.Logic, Name = "For each", Icon = "repeat", Summary = "{items}",
    Example = "Translate each row of a table, four rows at a time.",
    Description = "Runs its body once for each entry of a list, several at a time if wished, and collects what each yields, in the list's order.")]
[BodyName("each", "item", "any"), BodyName("each", "index", "integer")]
public sealed class ForEachNode : Node<ForEachNode.Settings, ForEachNode.Outputs>
{
    private const int MostItems = 100_000;

    public enum ErrorAction { Fail, Skip, Default }

    public sealed record Settings(
        [property: Setting("Items", Required = true, Widget = Widget.Reference)] IReadOnlyList<object?> Items,
        [property: Setting("At a time", Min = 1, Max = 64, Help = "How many iterations run at once.")] int Concurrency = 1,
        [property: Setting("When an item fails", Help = "Fail: the step fails. Skip: its result is left out. Default: its result is the default.")] ErrorAction OnItemError = ErrorAction.Fail,
        [property: Setting("Default")] object? Default = null,
        [property: Setting("Collect", Widget = Widget.Reference, Help = "What an iteration yields, e.g. {{ reply.text }}; {{ each.item }} and {{ each.index }} are known here.")] Deferred? Collect = null);

    public sealed record ItemError(int Index, string Code, string Message);

    public sealed record Outputs(
        [property: Output("Results", Type = "array<any>")] IReadOnlyList<object?> Results,
        [property: Output("Errors", Type = "array<object>")] IReadOnlyList<ItemError> Errors);

    private sealed record Each(object? Item, int Index);
    private readonly record struct Slot(bool IsKept, object? Value, ItemError? Error);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        int count = settings.Items.Count;
        if (count > MostItems) throw new StepException("loop.tooMany", $"The list has {count} entries; a loop takes {MostItems} at most.");
        Slot[] slots = new Slot[count];
        int next = -1;
        // A failed iteration ends the step at once; the engine ends the others with it.
        TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] workers = [.. Enumerable.Range(0, Math.Min(Math.Clamp(settings.Concurrency, 1, 64), count)).Select(_ => WorkAsync())];
        await Task.WhenAny(Task.WhenAll(workers), failed.Task).ConfigureAwait(false);
        // The last worker may be done at the same moment; a failure counts all the same.
        if (failed.Task.IsFaulted) await failed.Task.ConfigureAwait(false);
        return StepResult.Done(new Outputs(
            settings.Collect is null ? [] : [.. slots.Where(s => s.IsKept).Select(s => s.Value)],
            [.. slots.Where(s => s.Error is not null).Select(s => s.Error!)]));

        async Task WorkAsync()
        {
            for (int index; !failed.Task.IsCompleted && (index = Interlocked.Increment(ref next)) < count;)
            {
                try
                {
                    slots[index] = await IterateAsync(settings, step, index).ConfigureAwait(false);
                }
                catch (Exception error)
                {
                    failed.TrySetException(error);
                }
            }
        }
    }

    private static async ValueTask<Slot> IterateAsync(Settings settings, StepContext step, int index)
    {
        try
        {
            Dictionary<string, object?> names = new() { ["each"] = new Each(settings.Items[index], index) };
            IValueScope body = await step.RunBodyAsync(index, names).ConfigureAwait(false);
            return new Slot(true, settings.Collect?.Evaluate(body), null);
        }
        catch (StepException error) when (settings.OnItemError != ErrorAction.Fail)
        {
            return new Slot(settings.OnItemError == ErrorAction.Default, settings.Default, new ItemError(index, error.Code, error.Message));
        }
    }
}
