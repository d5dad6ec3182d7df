namespace Designer.Engine;

/// <summary>A node type. Derive from <see cref="Node{TSettings,TOutputs}"/>; the engine only sees this face.</summary>
public abstract class Node
{
    internal abstract Type SettingsType { get; }
    internal abstract Type OutputsType { get; }
    internal abstract ValueTask<StepOutcome> InvokeAsync(object settings, StepContext step);
}

/// <summary>
/// A node type: attributes on the class and on the records say all that palette, inspector, checker and docs need;
/// <see cref="RunAsync"/> says what is special about it. Templates, retries, timeouts, error branches, metering and the log are the engine's.
/// </summary>
/// <remarks>One instance serves all runs at once, so it holds injected services and no state.</remarks>
public abstract class Node<TSettings, TOutputs> : Node
    where TSettings : class
    where TOutputs : class
{
    internal sealed override Type SettingsType => typeof(TSettings);
    internal sealed override Type OutputsType => typeof(TOutputs);

    /// <summary>Runs one attempt of one step. Throw <see cref="StepException"/> for what a person can understand.</summary>
    public abstract ValueTask<StepResult<TOutputs>> RunAsync(TSettings settings, StepContext step);

    internal sealed override ValueTask<StepOutcome> InvokeAsync(object settings, StepContext step)
    {
        ValueTask<StepResult<TOutputs>> running = RunAsync((TSettings)settings, step);
        return running.IsCompletedSuccessfully ? new(Erase(running.Result)) : Later(running);

        static async ValueTask<StepOutcome> Later(ValueTask<StepResult<TOutputs>> running) => Erase(await running.ConfigureAwait(false));
        static StepOutcome Erase(StepResult<TOutputs> result) => new(result.Outputs, result.Port);
    }
}

/// <summary>A step's outputs without their static type.</summary>
public readonly record struct StepOutcome(object? Outputs, string Port);
