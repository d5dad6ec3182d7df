using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Designer.Web.Features.Endpoint;

public sealed partial class EndpointPage
{
    private SignedInMember? _member;
    private FlowDraft? _draft;
    private bool _isMissing;
    private IReadOnlyList<ApiKey> _keys = [];
    private IReadOnlyList<VersionInfo> _versions = [];
    private IReadOnlyList<CallSample> _samples = [];
    private CallSample? _sample;

    [Parameter] public string Slug { get; set; } = "";

    private bool May => _member?.May(Permissions.Keys) == true;
    private bool MayEdit => _member?.May(Permissions.Flows) == true;
    private string Url => $"{Navigation.BaseUri}api/v1/flows/{Slug}/runs";

    protected override async Task OnInitializedAsync()
    {
        _member = await Current.GetAsync();
        _draft = await Flows.FindAsync(_member.WorkspaceId, Slug);
        _isMissing = _draft is null;
        if (_draft is null) return;
        _samples = CallSample.Of(Url, FlowJson.Read(_draft.Document.Span));
        _sample = _samples[0];
        _versions = await Flows.VersionsAsync(_member.WorkspaceId, _draft.Id);
        await LoadKeysAsync();
    }

    private async Task LoadKeysAsync() => _keys = await Keys.ListAsync(_member!.WorkspaceId, _draft!.Id);

    private async Task CreateKeyAsync()
    {
        DialogParameters<NewKeyDialog> parameters = new() { { d => d.FlowId, _draft!.Id } };
        IDialogReference dialog = await Dialogs.ShowAsync<NewKeyDialog>(L["New key"], parameters);
        await dialog.Result;
        await LoadKeysAsync();
    }

    private async Task RevokeAsync(ApiKey key)
    {
        SignedInMember member = await Current.RequireAsync(Permissions.Keys);
        bool? sure = await Dialogs.ShowMessageBoxAsync(L["Revoke this key?"], L["Programs that use “{0}” are refused from now on.", key.Name], yesText: L["Revoke"], cancelText: L["Keep"]);
        if (sure != true) return;
        await Keys.RevokeAsync(member.WorkspaceId, key.Id);
        await LoadKeysAsync();
    }

    private async Task SetRecordAsync(RunRecord record)
    {
        SignedInMember member = await Current.RequireAsync(Permissions.Flows);
        if (record == RunRecord.Summary && await UnfitAsync(member) is { } unfit)
        {
            Snackbar.Add(L[unfit.Message], Severity.Warning);
        }
        else
        {
            await Flows.SetRecordAsync(member.WorkspaceId, _draft!.Id, record);
        }
        _draft = await Flows.FindAsync(member.WorkspaceId, Slug);
    }

    // The live version is what runs; the draft is what the next publication makes of it.
    private async Task<Problem?> UnfitAsync(SignedInMember member) =>
        SummaryFit.Problem(FlowJson.Read(_draft!.Document.Span), Types)
        ?? (await Published.FindPublishedAsync(member.WorkspaceId, _draft.Id.ToString(), default) is { } live ? SummaryFit.Problem(live.Document, Types) : null);

    [Inject] private PublishedFlows Published { get; set; } = default!;
    [Inject] private INodeTypes Types { get; set; } = default!;
}
