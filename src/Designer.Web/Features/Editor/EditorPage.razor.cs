using System.Text.Json;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Shell;
using Designer.Web.Features.Tour;
using Designer.Web.Features.Versions;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Designer.Web.Features.Editor;

/// <summary>Hosts the canvas island. Only commands cross the circuit: the document and the runs go over HTTP.</summary>
public sealed partial class EditorPage : IAsyncDisposable
{
    private ElementReference _element;
    private SignedInMember? _member;
    private FlowDraft? _draft;
    private bool _isMissing;
    private EditorStatus _state = new();
    private IJSObjectReference? _module;
    private IJSObjectReference? _canvas;
    private DotNetObjectReference<EditorPage>? _self;
    private OpenEditors.Seat? _seat;
    private string? _ownCommand;
    private IReadOnlyList<Presence> _others = [];

    [Parameter] public string Slug { get; set; } = "";
    /// <summary>A past run to bring into the editor.</summary>
    [SupplyParameterFromQuery(Name = "run")] private string? RunId { get; set; }
    /// <summary><c>own</c>: the member's own draft instead of the shared one.</summary>
    [SupplyParameterFromQuery(Name = "draft")] public string? Line { get; set; }

    [Inject] private IJSRuntime JS { get; set; } = default!;
    [Inject] private CurrentMember Current { get; set; } = default!;
    [Inject] private FlowStore Flows { get; set; } = default!;
    [Inject] private DraftEditing Editing { get; set; } = default!;
    [Inject] private FlowStates States { get; set; } = default!;
    [Inject] private OpenEditors Editors { get; set; } = default!;
    [Inject] private IDialogService Dialogs { get; set; } = default!;
    [Inject] private ISnackbar Snackbar { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TourProgress Tour { get; set; } = default!;

    /// <summary>What the canvas reports for the top bar.</summary>
    /// <param name="SavedAt">The time of day of the last change that was saved since the page was opened, as the browser writes it.</param>
    public sealed record EditorStatus(int Problems = 0, bool CanUndo = false, bool CanRedo = false, string Saved = "saved", SelectedNode? At = null, string? SavedAt = null);

    private string SavedText => _state.Saved switch { "offline" => L["Not saved yet"], "saving" => L["Saving…"], _ => _state.SavedAt is { } at ? L["Saved {0}", at] : L["Saved"] };

    protected override async Task OnInitializedAsync()
    {
        _member = await Current.GetAsync();
        _draft = await Flows.FindAsync(_member.WorkspaceId, Slug);
        _isMissing = _draft is null;
        if (Line != "own" || _draft is null) return;
        if (await Flows.FindAsync(_member.WorkspaceId, _draft.Id, _member.Author, CancellationToken.None) is { } own) _draft = own;
        else Navigation.NavigateTo(Urls.Flow(Slug), replace: true);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || _draft is null) return;
        _self = DotNetObjectReference.Create(this);
        _seat = Editors.Join(_draft.Id, _draft.Owner, _member!, OnApplied, OnMoved);
        _module = await JS.InvokeAsync<IJSObjectReference>("import", "./" + Assets["canvas/canvas.js"]);
        _canvas = await _module.InvokeAsync<IJSObjectReference>("mount", _element, new { flowId = _draft.Id, isOwn = _draft.Owner.Length > 0, dotnet = _self, runId = Guid.TryParse(RunId, out Guid run) ? run : (Guid?)null });
        // Buttons that ask the canvas for something wait for it.
        await ShowOthersAsync();
        await Tour.TellAsync(TourMoment.FlowOpened);
    }

    /// <summary>A command of this editor. JSON both ways, because the interop's own serializer knows neither our enums nor our operations.</summary>
    [JSInvokable]
    public async Task<JsonElement> CommitAsync(JsonElement command)
    {
        SignedInMember member = await Current.RequireAsync(Permissions.Flows);
        CommitResult result;
        try
        {
            EditCommand edit = command.Deserialize<EditCommand>(FlowJson.Options) ?? throw new JsonException();
            _ownCommand = edit.Id;
            result = await Editing.CommitAsync(member, _draft!.Id, _draft.Owner, edit);
            if (result.Error is null && edit.Ops.Any(op => op is not MoveNode)) await Tour.TellAsync(TourMoment.FlowChanged);
        }
        catch (JsonException)
        {
            result = new CommitResult(0, [], L["The change could not be read."]);
        }
        return JsonSerializer.SerializeToElement(result, SpokenJson.Options);
    }

    /// <summary>Commits a command in which somebody changed the same settings as others did, after asking which side counts.</summary>
    [JSInvokable]
    public async Task<JsonElement> ChooseAsync(JsonElement command)
    {
        EditCommand edit = command.Deserialize<EditCommand>(FlowJson.Options)!;
        _ownCommand = edit.Id;
        while (true)
        {
            CommitResult result = await Editing.CommitAsync(await Current.RequireAsync(Permissions.Flows), _draft!.Id, _draft.Owner, edit);
            if (result.Conflicts is not { } conflicts) return JsonSerializer.SerializeToElement(result, SpokenJson.Options);
            edit = edit with { Choices = await MergeDialog.AskAsync(Dialogs, conflicts, edit.Choices) };
        }
    }

    [JSInvokable]
    public async Task<JsonElement> BindAsync(string slot, string value)
    {
        SignedInMember member = await Current.RequireAsync(Permissions.Flows);
        return JsonSerializer.SerializeToElement(await Editing.BindAsync(member, _draft!.Id, _draft.Owner, new Dictionary<string, string> { [slot] = value }), SpokenJson.Options);
    }

    [JSInvokable]
    public void StateChangedAsync(EditorStatus state)
    {
        _state = state;
        _seat?.Select(state.At);
        StateHasChanged();
    }

    /// <summary>Ctrl+S: the draft, with all that was typed so far, gets a name.</summary>
    [JSInvokable]
    public async Task CheckpointAsync()
    {
        IDialogReference dialog = await Dialogs.ShowAsync<CheckpointDialog>(L["Keep a checkpoint"]);
        if (await dialog.Result is not { Canceled: false, Data: string name }) return;
        if (await States.KeepAsync(await Current.RequireAsync(Permissions.Flows), _draft!.Id, _draft.Owner, name) is { } kept) Snackbar.Add(L["“{0}” is kept; you find it under Versions.", kept.Name], Severity.Success);
    }

    private void OnMoved() => _ = InvokeAsync(ShowOthersAsync);

    private async Task ShowOthersAsync()
    {
        if (_seat is null) return;
        _others = _seat.Others();
        StateHasChanged();
        await CallAsync("others", _others.Select(o => new { o.Name, Initials = Initials.Of(o.Name), Colour = Initials.ColourOf(o.Name), o.NodeId }));
    }

    private static string Where(Presence other) => other switch
    {
        { IsOwn: true } => L["{0}, in a draft of their own", other.Name],
        { NodeName: { } node } => L["{0}, at “{1}”", other.Name, node],
        _ => other.Name,
    };

    private void OnApplied(AppliedCommand command)
    {
        if (command.Id == _ownCommand) return;
        _ = InvokeAsync(() => CallAsync("applied", JsonSerializer.SerializeToElement(command, FlowJson.Options)));
    }

    private async Task CallAsync(string method, params object?[] arguments)
    {
        try
        {
            if (_canvas is not null) await _canvas.InvokeVoidAsync(method, arguments);
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone; what it did is saved.
        }
    }

    /// <summary>However long it takes: somebody may be asked which side of a merge counts.</summary>
    private async Task<bool> SaveAllAsync() => _canvas is null || await _canvas.InvokeAsync<bool>("saveAll", CancellationToken.None);

    private async Task PublishAsync()
    {
        if (!await SaveAllAsync()) return;
        DialogParameters<PublishDialog> parameters = new()
        {
            { d => d.FlowId, _draft!.Id },
            { d => d.OnBound, EventCallback.Factory.Create<BindResult>(this, bound => CallAsync("bound", JsonSerializer.SerializeToElement(bound, SpokenJson.Options))) },
        };
        IDialogReference dialog = await Dialogs.ShowAsync<PublishDialog>(L["Publish"], parameters);
        if (await dialog.Result is not { Canceled: false, Data: VersionInfo version }) return;
        _draft = await Flows.FindAsync(_member!.WorkspaceId, _draft!.Id, _draft.Owner, CancellationToken.None) ?? _draft;
        await CallAsync("published");
        await Tour.TellAsync(TourMoment.Published);
        Snackbar.Add(L["Version {0} is live.", version.Number], Severity.Success, options =>
        {
            options.Action = L["Call it"];
            options.OnClick = _ =>
            {
                Navigation.NavigateTo($"{Urls.Flow(Slug)}/endpoint");
                return Task.CompletedTask;
            };
        });
    }

    private async Task DeleteAsync()
    {
        SignedInMember member = await Current.RequireAsync(Permissions.Flows);
        bool? sure = await Dialogs.ShowMessageBoxAsync(L["Delete this flow?"], L["Its endpoint closes; its runs are kept."], yesText: L["Delete"], cancelText: L["Keep"]);
        if (sure != true) return;
        await Flows.DeleteAsync(member.WorkspaceId, _draft!.Id);
        Navigation.NavigateTo("/");
    }

    private static FlowSummary Summary(FlowDraft draft) => new(
        draft.Id, draft.Slug, draft.Name, draft.Description, draft.LatestVersion, draft.PublishedRevision != draft.Revision, draft.LatestVersion ?? 0, 0, draft.Tags, draft.CreatedBy, draft.UpdatedAt);

    public async ValueTask DisposeAsync()
    {
        _seat?.Dispose();
        try
        {
            if (_canvas is not null)
            {
                await _canvas.InvokeVoidAsync("dispose");
                await _canvas.DisposeAsync();
            }
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone and took its side along.
        }
        _self?.Dispose();
    }
}
