using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Editor;

/// <summary>A command as the editors of a draft hear of it.</summary>
public sealed record AppliedCommand(string Id, long Revision, string Author, CommandKind Kind, string Step, IReadOnlyList<Op> Ops, IReadOnlyList<Op> Inverse);

/// <summary>Somebody who has the flow open.</summary>
/// <param name="IsOwn">In a draft of their own.</param>
/// <param name="NodeId">The node that they have selected.</param>
public sealed record Presence(string Author, string Name, bool IsOwn, string? NodeId, string? NodeName);

/// <summary>A node as the canvas tells of it.</summary>
public sealed record SelectedNode(string Id, string Name);

/// <summary>Who has which flow open in this process, so that each sees at once what the others do and where they are.</summary>
public sealed class OpenEditors
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, List<Seat>> open = [];

    /// <param name="owner">Empty for the shared draft, or whose own draft it is.</param>
    /// <param name="moved">Somebody came, went, or selected another node.</param>
    public Seat Join(Guid flowId, string owner, SignedInMember member, Action<AppliedCommand> applied, Action moved)
    {
        Seat seat = new(this, flowId, owner, member, applied, moved);
        lock (gate)
        {
            if (!open.TryGetValue(flowId, out List<Seat>? seats)) open[flowId] = seats = [];
            seats.Add(seat);
        }
        Moved(seat);
        return seat;
    }

    public void Tell(Guid flowId, string owner, AppliedCommand command)
    {
        foreach (Seat seat in At(flowId).Where(s => s.Owner == owner)) seat.Applied(command);
    }

    private Seat[] At(Guid flowId)
    {
        lock (gate) return open.TryGetValue(flowId, out List<Seat>? found) ? [.. found] : [];
    }

    private void Moved(Seat seat)
    {
        foreach (Seat other in At(seat.FlowId).Where(other => other != seat)) other.Moved();
    }

    private void Leave(Seat seat)
    {
        lock (gate)
        {
            if (!open.TryGetValue(seat.FlowId, out List<Seat>? seats)) return;
            seats.Remove(seat);
            if (seats.Count == 0) open.Remove(seat.FlowId);
        }
        Moved(seat);
    }

    /// <summary>An open editor.</summary>
    public sealed class Seat(OpenEditors editors, Guid flowId, string owner, SignedInMember member, Action<AppliedCommand> applied, Action moved) : IDisposable
    {
        private SelectedNode? node;

        internal Guid FlowId => flowId;
        internal string Owner => owner;
        internal void Applied(AppliedCommand command) => applied(command);
        internal void Moved() => moved();

        public void Select(SelectedNode? selected)
        {
            if (node == selected) return;
            node = selected;
            editors.Moved(this);
        }

        /// <summary>The other people here, each once, whatever number of tabs they have.</summary>
        public IReadOnlyList<Presence> Others() => [.. editors.At(flowId).Select(s => s.Here()).Where(p => p.Author != member.Author)
            .GroupBy(p => p.Author).Select(tabs => tabs.LastOrDefault(p => p.NodeId is not null) ?? tabs.Last()).OrderBy(p => p.Name, StringComparer.CurrentCulture)];

        private Presence Here() => new(member.Author, member.Name, owner.Length > 0, owner.Length > 0 ? null : node?.Id, owner.Length > 0 ? null : node?.Name);

        public void Dispose() => editors.Leave(this);
    }
}
