using System.Globalization;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Microsoft.AspNetCore.Components;

namespace Designer.Web.Features.Runs;

/// <summary>One run with its steps, live while it goes on, and the place to answer what waits for a person.</summary>
public sealed partial class RunPage : IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private readonly RunTrace _trace = new();
    private SignedInMember? _member;
    private RunRow? _row;
    private FlowDraft? _flow;
    private Dictionary<string, FlowNode> _nodes = [];
    private bool _isMissing;
    private bool _isStarting;
    private string _comment = "";
    private string? _error;

    [Parameter] public Guid RunId { get; set; }

    [Inject] private CurrentMember Current { get; set; } = default!;
    [Inject] private IFlowEngine Engine { get; set; } = default!;
    [Inject] private FlowStore Flows { get; set; } = default!;
    [Inject] private INodeTypes Types { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        _member = await Current.GetAsync();
        RunRow? row = await Engine.FindPreviewAsync(RunId);
        if (row is null || row.WorkspaceId != _member.WorkspaceId)
        {
            _isMissing = true;
            return;
        }
        _flow = await Flows.FindAsync(_member.WorkspaceId, row.FlowId);
        if (_flow is not null) _nodes = All(FlowJson.Read(_flow.Document.Span).Nodes).ToDictionary(n => n.Id);
        _row = row;
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender && _row is not null) _ = FollowAsync();
    }

    private async Task FollowAsync()
    {
        try
        {
            long painted = 0;
            await foreach (RunEvent e in Engine.WatchPreviewsAsync(RunId, 1, _left.Token))
            {
                _trace.Apply(LargeEvents.Preview(e));
                bool isTurn = e.Type is RunEventType.RunWaiting or RunEventType.StepWaiting or RunEventType.StepResumed or RunEventType.RunCompleted or RunEventType.RunFailed or RunEventType.RunCancelled;
                if (isTurn) _row = await Engine.FindPreviewAsync(RunId, _left.Token);
                // Many events come at once; a person sees some twenty pictures a second.
                if (!isTurn && Time.GetElapsedTime(painted) < TimeSpan.FromMilliseconds(50)) continue;
                painted = Time.GetTimestamp();
                await InvokeAsync(StateHasChanged);
            }
            _row = await Engine.FindPreviewAsync(RunId, _left.Token);
            await InvokeAsync(StateHasChanged);
        }
        catch (OperationCanceledException)
        {
            // The page was left; the run goes on.
        }
    }

    private async Task AnswerAsync(TraceStep step, string decision)
    {
        SignedInMember member = await Current.RequireAsync(Permissions.Approve);
        try
        {
            await Engine.AnswerAsync(RunId, step.Path, new HumanAnswer(decision, _comment.Length > 0 ? _comment : null, member.Author));
            (_comment, _error) = ("", null);
        }
        catch (RunConflictException e)
        {
            _error = L.Of(e);
        }
    }

    private async Task CancelAsync()
    {
        await Current.RequireAsync(Permissions.Run);
        await Engine.CancelAsync(RunId);
    }

    /// <summary>The same version with the same input once more; steps that act outside and were done are taken from this run's record.</summary>
    private async Task RerunAsync()
    {
        SignedInMember member = await Current.RequireAsync(Permissions.Run);
        _isStarting = true;
        try
        {
            if (await Engine.VersionOfAsync(RunId) is not { } version)
            {
                _error = L["This run kept no record to take steps from."];
                return;
            }
            StartedRun run = await Engine.StartAsync(version, (await Engine.FindAsync(RunId))!.Input, new RunOptions
            {
                Trigger = "editor",
                StartedBy = member.Author,
                ConversationId = _row!.ConversationId,
                ReplayOf = RunId,
                AllowEffects = true,
                IsDurableStart = true,
            });
            // The same page for another run: a fresh load, not new parameters for this one.
            Navigation.NavigateTo($"/runs/{run.Id}", forceLoad: true);
        }
        catch (Exception e) when (e is FlowProblemsException or EngineBusyException or RunConflictException)
        {
            _error = L.Of(e);
        }
        finally
        {
            _isStarting = false;
        }
    }

    private string RerunNote
    {
        get
        {
            string[] taken = [.. _trace.Steps.Where(s => s.Depth == 0 && s.State == "completed" && TypeOf(s)?.IsEffect == true).Select(NameOf)];
            return taken.Length > 0 ? L["A rerun takes these from the record: {0}.", string.Join(", ", taken)] : L["A rerun executes every step: none that acts outside was done."];
        }
    }

    private static IEnumerable<FlowNode> All(IEnumerable<FlowNode> nodes) => nodes.SelectMany(n => All(n.Children?.Nodes ?? []).Prepend(n));

    private NodeDescriptor? TypeOf(TraceStep step) => _nodes.TryGetValue(step.NodeId, out FlowNode? node) ? Types.Find(node.Type) : null;

    private string NameOf(TraceStep step) => _nodes.TryGetValue(step.NodeId, out FlowNode? node) && node.Name.Length > 0 ? node.Name : step.Name.Replace('#', ' ');

    private string IconOf(TraceStep step) => TypeOf(step)?.Icon ?? (step.NodeId == "turn" ? "cpu" : step.NodeId == "call" ? "wrench" : "box");

    private string ColourOf(TraceStep step) => TypeOf(step)?.Group switch
    {
        NodeGroup.Start => "start",
        NodeGroup.Models => "model",
        NodeGroup.Knowledge => "know",
        NodeGroup.Agents => "agent",
        NodeGroup.Logic => "logic",
        NodeGroup.Data => "data",
        NodeGroup.Tools => "tool",
        NodeGroup.Safety => "safe",
        NodeGroup.Human => "human",
        NodeGroup.Output => "out",
        _ => step.NodeId == "turn" ? "model" : "tool",
    };

    private static string StateOf(TraceStep step) => step.State == "completed" && step.Took is { } took ? RunWords.Duration(took) : RunWords.Step(step.State);

    /// <summary>Where the step's bar stands on the run's time axis, as a style.</summary>
    private string BarOf(TraceStep step)
    {
        (double left, double width) = _trace.BarOf(step);
        return string.Create(CultureInfo.InvariantCulture, $"left:{left:0.##}%;width:{width:0.##}%;background:var(--{ColourOf(step)})");
    }

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }
}
