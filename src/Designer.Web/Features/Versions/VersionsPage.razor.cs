using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;
using Designer.Web.Features.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Designer.Web.Features.Versions;

/// <summary>The states of a flow, what differs between two of them, and the way back.</summary>
public sealed partial class VersionsPage : IAsyncDisposable
{
    private ElementReference _element;
    private SignedInMember? _member;
    private FlowDraft? _draft;
    private IReadOnlyList<FlowState> _states = [];
    private StateComparison? _comparison;
    private string _from = "", _to = FlowStates.Draft, _shown = "";
    private string? _selected;
    private bool _isBusy;
    private IJSObjectReference? _module;
    private IJSObjectReference? _canvas;
    private DotNetObjectReference<VersionsPage>? _self;

    [Parameter] public string Slug { get; set; } = "";
    [SupplyParameterFromQuery] public string? From { get; set; }
    [SupplyParameterFromQuery] public string? To { get; set; }

    [Inject] private IJSRuntime JS { get; set; } = default!;
    [Inject] private CurrentMember Current { get; set; } = default!;
    [Inject] private FlowStore Flows { get; set; } = default!;
    [Inject] private FlowStates States { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private ISnackbar Snackbar { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private bool MayEdit => _member?.May(Permissions.Flows) == true;

    private FlowState? Selected => _states.FirstOrDefault(s => s.Key == _from);

    protected override async Task OnParametersSetAsync()
    {
        _member = await Current.GetAsync();
        _draft = await Flows.FindAsync(_member.WorkspaceId, Slug);
        if (_draft is null) return;
        _states = await States.ListAsync(_member, _draft.Id);
        // What changed since something else is the question; the draft against itself is none.
        _from = Known(From) ?? _states.FirstOrDefault(s => s.Kind is StateKind.Version or StateKind.Checkpoint)?.Key ?? FlowStates.Draft;
        _to = Known(To) ?? FlowStates.Draft;
        _selected = null;
        _comparison = _from == _to ? null : await States.CompareAsync(_member, _draft.Id, _from, _to);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        string shown = $"{_draft?.Id} {_from} {_to} {_draft?.Revision}";
        if (_draft is null || shown == _shown) return;
        _shown = shown;
        await CloseCanvasAsync();
        _self ??= DotNetObjectReference.Create(this);
        _module ??= await JS.InvokeAsync<IJSObjectReference>("import", "./" + Assets["canvas/canvas.js"]);
        _canvas = await _module.InvokeAsync<IJSObjectReference>("mountCompare", _element, new { flowId = _draft.Id, from = _from, to = _to, dotnet = _self });
    }

    /// <summary>A node was selected on the canvas.</summary>
    [JSInvokable]
    public void SelectedAsync(string nodeId)
    {
        _selected = nodeId;
        StateHasChanged();
    }

    private async Task SelectAsync(string id)
    {
        _selected = id;
        if (_canvas is not null) await _canvas.InvokeVoidAsync("select", id);
    }

    private void ToAsync(ChangeEventArgs change) => Navigation.NavigateTo(Url(_from, change.Value as string ?? FlowStates.Draft));

    private async Task RestoreAsync()
    {
        _isBusy = true;
        CommitResult? result = await States.RestoreAsync(await Current.RequireAsync(Permissions.Flows), _draft!.Id, _from);
        _isBusy = false;
        if (result is null or { Error: not null } or { Conflicts: not null })
        {
            Snackbar.Add(result?.Error ?? L["The draft was changed meanwhile. Look at it, then try again."], Severity.Error);
            return;
        }
        Snackbar.Add(L["The draft is now as “{0}” was. Callers notice nothing; Ctrl+Z in the editor takes it back.", Title(_from)], Severity.Success);
        await OnParametersSetAsync();
    }

    private async Task DeleteAsync()
    {
        SignedInMember member = await Current.RequireAsync(Permissions.Flows);
        if (_from.StartsWith("c-", StringComparison.Ordinal) && Guid.TryParse(_from.AsSpan(2), out Guid id)) await Flows.DeleteCheckpointAsync(member.WorkspaceId, _draft!.Id, id);
        Navigation.NavigateTo(Urls.Versions(Slug));
    }

    private string? Known(string? key) => _states.Any(s => s.Key == key) ? key : null;

    private string Title(string key) => _states.FirstOrDefault(s => s.Key == key)?.Title ?? "";

    private string Url(string from, string to) => $"{Urls.Versions(Slug)}?from={Uri.EscapeDataString(from)}&to={Uri.EscapeDataString(to)}";

    private static string IconOf(StateKind kind) => kind switch { StateKind.Version => "tag", StateKind.Checkpoint => "save", StateKind.OwnDraft => "git-branch", _ => "square-pen" };

    private async Task CloseCanvasAsync()
    {
        if (_canvas is null) return;
        try
        {
            await _canvas.InvokeVoidAsync("dispose");
            await _canvas.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone and took its side along.
        }
        _canvas = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseCanvasAsync();
        try
        {
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // As above.
        }
        _self?.Dispose();
    }
}
