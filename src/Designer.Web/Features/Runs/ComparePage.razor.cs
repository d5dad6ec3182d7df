using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Microsoft.AspNetCore.Components;

namespace Designer.Web.Features.Runs;

/// <summary>Two runs beside each other: input, output, and per step what it took and gave, with the words that changed.</summary>
public sealed partial class ComparePage
{
    private const int Offered = 30;
    private Side? _left, _right;
    private IReadOnlyList<RunRow> _others = [];
    private IReadOnlyList<ComparedStep> _steps = [];
    private Dictionary<string, string> _names = [];
    private bool _isMissing, _onlyChanges;

    [SupplyParameterFromQuery(Name = "a")] private string? First { get; set; }
    [SupplyParameterFromQuery(Name = "b")] private string? Second { get; set; }

    private sealed record Side(RunRow Row, RunTrace Trace);

    protected override async Task OnParametersSetAsync()
    {
        SignedInMember member = await Current.GetAsync();
        (_left, _right, _steps) = (await LoadAsync(member, First), Second is null ? null : await LoadAsync(member, Second), []);
        _isMissing = _left is null || Second is not null && _right is null;
        if (_left is null) return;
        if (await Flows.FindAsync(member.WorkspaceId, _left.Row.FlowId) is { } flow) _names = All(FlowJson.Read(flow.Document.Span).Nodes).ToDictionary(n => n.Id, n => n.Name);
        if (_right is not null) _steps = RunComparison.Steps(_left.Trace, _right.Trace);
        else _others = [.. (await Log.ListAsync(new RunQuery(member.WorkspaceId) { FlowId = _left.Row.FlowId, Take = Offered }, default)).Where(r => r.Id != _left.Row.Id)];
    }

    /// <summary>What is recorded so far; a run that goes on is compared as it stands. Null when the workspace has no such run.</summary>
    private async Task<Side?> LoadAsync(SignedInMember member, string? id)
    {
        if (!Guid.TryParse(id, out Guid runId) || await Engine.FindPreviewAsync(runId) is not { } row || row.WorkspaceId != member.WorkspaceId) return null;
        RunTrace trace = new();
        // What is recorded of a run that goes on is not followed; of one that has ended, values come whole.
        await foreach (RunEvent e in row.IsEnded ? Engine.WatchAsync(runId) : Log.ReadAsync(runId, 1, default)) trace.Apply(e);
        return new Side((await Engine.FindAsync(runId))!, trace);
    }

    private static IEnumerable<FlowNode> All(IEnumerable<FlowNode> nodes) => nodes.SelectMany(n => All(n.Children?.Nodes ?? []).Prepend(n));

    private string NameOf(string path)
    {
        string[] parts = path.Split('/');
        return string.Join(" › ", parts.Select(part => _names.TryGetValue(part.Split('#')[0], out string? name) && name.Length > 0 ? part.Contains('#') ? $"{name} {part.Split('#')[1]}" : name : part.Replace('#', ' ')));
    }

    private static string Facts(TraceStep? step)
    {
        if (step is null) return L["did not run"];
        List<string> facts = [step.State == "completed" && step.Took is { } took ? RunWords.Duration(took) : RunWords.Step(step.State)];
        if (step.IsCached) facts.Add(L["from the record"]);
        if (step.Usage is { } usage && usage.InputTokens + usage.OutputTokens > 0) facts.Add(L["{0:N0} tokens", usage.InputTokens + usage.OutputTokens]);
        if (step.Usage?.Cost > 0) facts.Add(Cost(step.Usage.Cost));
        return string.Join(" · ", facts);
    }

    private static string Cost(decimal cost) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"${cost:0.######}");
}
