using Designer.Flows;

namespace Designer.Engine;

/// <summary>What a run may still consume. Reserve the most a call can cost before it, settle afterwards.</summary>
public abstract class StepBudget
{
    /// <summary>Takes the most a model call can consume out of the run's budget.</summary>
    /// <exception cref="StepException"><c>budget.exceeded</c>: nothing was taken.</exception>
    public abstract Reservation Reserve(long tokens, decimal cost = 0);
    /// <summary>True when that many further model calls, of that many tokens together, still fit.</summary>
    public abstract bool CanAfford(int modelCalls, long tokens);
    /// <exception cref="StepException"><c>budget.exceeded</c></exception>
    public abstract void CountToolCall(string tool);
}

/// <summary>An open reservation; <see cref="Settle"/> gives back what was not used.</summary>
public abstract class Reservation
{
    public abstract void Settle(Usage actual);
}
