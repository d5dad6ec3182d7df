using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Designer.Web.Features.Shell;

/// <summary>The few things that only the person's browser can do. Usable from the first render after the page is interactive.</summary>
public sealed class Browser(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    /// <summary>Keeps a small choice on this device.</summary>
    public async Task RememberAsync(string key, string value) => await (await ModuleAsync()).InvokeVoidAsync("remember", key, value);

    public async Task<string?> RecallAsync(string key) => await (await ModuleAsync()).InvokeAsync<string?>("recall", key);

    /// <summary>Hands the person a file.</summary>
    public async Task SaveAsync(string fileName, string text, string mediaType) => await (await ModuleAsync()).InvokeVoidAsync("save", fileName, text, mediaType);

    public async Task ScrollToAsync(ElementReference element) => await (await ModuleAsync()).InvokeVoidAsync("scrollIntoView", element);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone and took its side along.
        }
    }

    private async ValueTask<IJSObjectReference> ModuleAsync() => _module ??= await js.InvokeAsync<IJSObjectReference>("import", "./js/shell.js");
}
