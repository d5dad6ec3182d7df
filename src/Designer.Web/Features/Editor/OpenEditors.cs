using Designer.Flows;
using Designer.Storage;

namespace Designer.Web.Features.Editor;

/// <summary>A command as the editors of a draft hear of it.</summary>
public sealed record AppliedCommand(string Id, long Revision, string Author, CommandKind Kind, string Step, IReadOnlyList<Op> Ops, IReadOnlyList<Op> Inverse);

/// <summary>Who has which draft open in this process, so that each sees what the others do at once.</summary>
public sealed class OpenEditors
{
    private readonly Lock gate = new();
    private readonly Dictionary<(Guid FlowId, string Owner), List<Seat>> open = [];

    /// <param name="owner">Empty for the shared draft, or whose own draft it is.</param>
    public Seat Join(Guid flowId, string owner, Action<AppliedCommand> applied)
    {
        Seat seat = new(this, (flowId, owner), applied);
        lock (gate)
        {
            if (!open.TryGetValue((flowId, owner), out List<Seat>? seats)) open[(flowId, owner)] = seats = [];
            seats.Add(seat);
        }
        return seat;
    }

    public void Tell(Guid flowId, string owner, AppliedCommand command)
    {
        Seat[] seats;
        lock (gate) seats = open.TryGetValue((flowId, owner), out List<Seat>? found) ? [.. found] : [];
        foreach (Seat seat in seats) seat.Applied(command);
    }

    private void Leave(Seat seat)
    {
        lock (gate)
        {
            if (!open.TryGetValue(seat.Draft, out List<Seat>? seats)) return;
            seats.Remove(seat);
            if (seats.Count == 0) open.Remove(seat.Draft);
        }
    }

    /// <summary>An open editor.</summary>
    public sealed class Seat(OpenEditors editors, (Guid, string) draft, Action<AppliedCommand> applied) : IDisposable
    {
        internal (Guid, string) Draft => draft;
        internal void Applied(AppliedCommand command) => applied(command);
        public void Dispose() => editors.Leave(this);
    }
}
