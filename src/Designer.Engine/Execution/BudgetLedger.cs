using Designer.Flows;

namespace Designer.Engine;

/// <summary>One run's consumption against its ceilings. Shared by all its steps, sub-flows and agents.</summary>
internal sealed class BudgetLedger(Budget budget) : StepBudget
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> toolCalls = [];
    private int steps;
    private long tokens;
    private decimal cost;
    private int modelCalls;

    /// <exception cref="StepException"><c>budget.exceeded</c></exception>
    public void CountStep()
    {
        if (budget.Steps is { } most && Interlocked.Increment(ref steps) > most) throw Exceeded($"{most} steps");
    }

    public override Reservation Reserve(long tokens, decimal cost = 0)
    {
        lock (gate)
        {
            if (budget.ModelCalls is { } calls && modelCalls + 1 > calls) throw Exceeded($"{calls} model calls");
            if (budget.Tokens is { } most && this.tokens + tokens > most) throw Exceeded($"{most} tokens");
            if (budget.Cost is { } money && this.cost + cost > money) throw Exceeded($"${money}");
            modelCalls++;
            this.tokens += tokens;
            this.cost += cost;
        }
        return new OpenReservation(this, tokens, cost);
    }

    public override bool CanAfford(int modelCalls, long tokens)
    {
        lock (gate)
            return (budget.ModelCalls is not { } calls || this.modelCalls + modelCalls <= calls) && (budget.Tokens is not { } most || this.tokens + tokens <= most);
    }

    public override void CountToolCall(string tool)
    {
        lock (gate)
        {
            int count = toolCalls[tool] = toolCalls.GetValueOrDefault(tool) + 1;
            if (budget.CallsPerTool is { } most && count > most) throw Exceeded($"{most} calls of {tool}");
        }
    }

    /// <summary>Counts what an earlier life of the run consumed.</summary>
    public void Restore(Usage usage, int started)
    {
        lock (gate)
        {
            steps += started;
            tokens += usage.InputTokens + usage.OutputTokens;
            cost += usage.Cost;
            modelCalls += usage.ModelCalls;
        }
    }

    private static StepException Exceeded(string ceiling) => new("budget.exceeded", $"The run has reached its ceiling of {ceiling}.");

    private sealed class OpenReservation(BudgetLedger ledger, long tokens, decimal cost) : Reservation
    {
        private bool isSettled;

        public override void Settle(Usage actual)
        {
            lock (ledger.gate)
            {
                if (isSettled) return;
                isSettled = true;
                ledger.tokens += actual.InputTokens + actual.OutputTokens - tokens;
                ledger.cost += actual.Cost - cost;
            }
        }
    }
}
