using Designer.Engine;
using Designer.Flows;
using Designer.Models.Connections;
using Designer.Web.Features.Access;
using Designer.Web.Features.Flows;
using Designer.Web.Features.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Web;

namespace Designer.Web.Features.Models.Playground;

/// <summary>The page holds the talk while it is open; the browser holds it longer.</summary>
public sealed partial class PlaygroundPage(
    CurrentMember current, ModelLists lists, PlaygroundCalls calls, PlaygroundMemory memory, FlowFiles files, FlowExchange exchange, NavigationManager navigation) : IDisposable
{
    private const int MostImages = 8;
    /// <summary>How often a page that listens to answers is painted.</summary>
    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(60);
    /// <summary>Frames between two times that the browser takes the talk's state.</summary>
    private const int FramesToKeep = 16;

    private readonly Dictionary<Answer, CancellationTokenSource> _running = [];
    private readonly List<FileRef> _images = [];
    private IReadOnlyList<ModelConnection> _models = [];
    private SignedInMember? _member;
    private Talk? _talk;
    private Prompt _prompt = new();
    private string? _problem;
    private string _spoken = "";
    private int _shown;
    private bool _isGone;

    private bool IsBusy => _running.Count > 0;
    private bool MayAsk => !IsBusy && (_images.Count > 0 || !string.IsNullOrWhiteSpace(_prompt.Message));
    private int Shown => Math.Min(_shown, _talk!.Columns.Count - 1);
    private string LastAsked => _prompt.Message.Length > 0 ? _prompt.Message : _talk!.Turns.LastOrDefault()?.Text ?? "";

    protected override async Task OnInitializedAsync()
    {
        _member = await current.GetAsync();
        _models = [.. (await lists.ListAsync(_member.WorkspaceId)).Where(m => m.Enabled && m.Capabilities.HasFlag(ModelCapabilities.Chat))];
    }

    // The browser is asked once it can answer.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || _member is null) return;
        _prompt = await memory.PromptAsync(_member.WorkspaceId);
        _talk = await memory.TalkAsync(_member.WorkspaceId) ?? new Talk { Columns = [.. First()] };
        StateHasChanged();
    }

    // The connected models one beside the other; the embedded one where there is none.
    private IEnumerable<Column> First() =>
        (_models.Count > 1 ? _models.Where(m => m.Provider != ModelProviders.Extractive).Take(2) : _models).Select(m => new Column { Model = m.Name });

    private async Task AskAsync()
    {
        if (!MayAsk || _talk is not { } talk) return;
        SignedInMember member = await current.RequireAsync(Permissions.Playground);
        IReadOnlyList<(Column Column, Answer Answer)> asked = talk.Ask(new Asked(_prompt.Message.Trim(), [.. _images]));
        string system = _prompt.System;
        _images.Clear();
        _problem = null;
        _spoken = L["Asked."];
        foreach ((_, Answer answer) in asked) _running[answer] = new CancellationTokenSource();
        Task[] all = [.. asked.Select(a => FillAsync(member, system, talk, a.Column, a.Answer))];
        await TypeAsync(_prompt with { Message = "" });
        await KeepTalkAsync();
        await ShowAsync(Task.WhenAll(all));
    }

    private async Task FillAsync(SignedInMember member, string system, Talk talk, Column column, Answer answer)
    {
        using CancellationTokenSource stop = _running[answer];
        try
        {
            await calls.FillAsync(member.WorkspaceId, system, talk, column, answer, stop.Token);
        }
        finally
        {
            _running.Remove(answer);
        }
        _spoken = answer.State switch
        {
            AnswerState.Failed => L["{0} failed: {1}", answer.Model, answer.Error ?? ""],
            AnswerState.Stopped => L["{0} was stopped.", answer.Model],
            _ => L["{0} has answered.", answer.Model],
        };
    }

    // Pieces come faster than anybody reads: the page is painted by the clock, not by the piece.
    private async Task ShowAsync(Task all)
    {
        for (int frame = 1; !all.IsCompleted && !_isGone; frame++)
        {
            StateHasChanged();
            if (frame % FramesToKeep == 0) await KeepTalkAsync();
            await Task.WhenAny(all, Task.Delay(s_frame));
        }
        await all;
        if (!_isGone) await KeepTalkAsync();
    }

    private void Stop(Answer? answer)
    {
        if (answer is not null && _running.TryGetValue(answer, out CancellationTokenSource? stop)) stop.Cancel();
    }

    private void StopAll()
    {
        foreach (CancellationTokenSource stop in _running.Values.ToArray()) stop.Cancel();
    }

    private async Task KeyAsync(KeyboardEventArgs key)
    {
        if (key is not { Key: "Enter", CtrlKey: true }) return;
        if (key.AltKey) StopAll();
        else await AskAsync();
    }

    private static string Typed(ChangeEventArgs e) => e.Value?.ToString() ?? "";

    private async Task TypeAsync(Prompt prompt)
    {
        _prompt = prompt;
        await memory.KeepAsync(_member!.WorkspaceId, prompt);
    }

    private Task KeepTalkAsync() => memory.KeepAsync(_member!.WorkspaceId, _talk!);

    private async Task ClearAsync()
    {
        _talk!.Clear();
        await KeepTalkAsync();
    }

    private async Task AddColumnAsync()
    {
        ModelConnection next = _models.FirstOrDefault(m => _talk!.Columns.All(c => c.Model != m.Name)) ?? _models[0];
        _talk!.Columns.Add(new Column { Model = next.Name });
        _shown = _talk.Columns.Count - 1;
        await KeepTalkAsync();
    }

    private async Task RemoveColumnAsync(Column column)
    {
        foreach (Answer? answer in column.Answers) Stop(answer);
        _talk!.Columns.Remove(column);
        await KeepTalkAsync();
    }

    private async Task NewFlowAsync(Column column)
    {
        SignedInMember member = await current.RequireAsync(Permissions.Flows);
        string name = L["Chat with {0}", column.Model];
        string slug = await exchange.AddAsync(member, PlaygroundFlow.Document(name, _prompt.System, column), name, new Dictionary<string, string> { ["model"] = column.Model });
        navigation.NavigateTo(Urls.Flow(slug));
    }

    private bool Sees(Column column) => _models.Any(m => m.Name == column.Model && m.Capabilities.HasFlag(ModelCapabilities.Vision));

    private async Task AttachAsync(InputFileChangeEventArgs change)
    {
        SignedInMember member = await current.RequireAsync(Permissions.Playground);
        _problem = change.FileCount + _images.Count > MostImages ? L["Attach at most {0} images.", MostImages] : null;
        if (_problem is not null) return;
        foreach (IBrowserFile chosen in change.GetMultipleFiles(MostImages))
        {
            try
            {
                await using Stream content = chosen.OpenReadStream(files.Limits.MostBytes);
                FileRef file = await files.AddAsync(member.WorkspaceId, chosen.Name, content, run: null, CancellationToken.None);
                if (MediaType.IsImage(file.MediaType)) _images.Add(file);
                else _problem = L["“{0}” is no image.", file.Name];
            }
            catch (Exception refused) when (refused is FileRefusedException or IOException)
            {
                _problem = L.Of(refused);
            }
        }
    }

    public void Dispose()
    {
        _isGone = true;
        StopAll();
    }
}
