using System.Text.Json;
using Designer.Web.Features.Shell;
using Microsoft.JSInterop;

namespace Designer.Web.Features.Models.Playground;

/// <summary>What is being typed: kept with every letter, and so apart from the talk.</summary>
public sealed record Prompt(string System = "", string Message = "");

/// <summary>Keeps prompt and talk in the person's browser, by workspace; nothing of it is stored on the server.</summary>
public sealed class PlaygroundMemory(Browser browser)
{
    /// <summary>Browsers keep about five million characters for a site; the oldest turns go first.</summary>
    private const int MostCharacters = 1_500_000;

    public async Task<Prompt> PromptAsync(Guid workspaceId) => Read<Prompt>(await browser.RecallAsync(PromptKey(workspaceId))) ?? new Prompt();

    public async Task<Talk?> TalkAsync(Guid workspaceId)
    {
        Talk? talk = Read<Talk>(await browser.RecallAsync(TalkKey(workspaceId)));
        talk?.TakeUp();
        return talk is { Columns.Count: > 0 and <= Talk.MostColumns } ? talk : null;
    }

    public Task KeepAsync(Guid workspaceId, Prompt prompt) => WriteAsync(PromptKey(workspaceId), JsonSerializer.Serialize(prompt));

    public async Task KeepAsync(Guid workspaceId, Talk talk)
    {
        string text = JsonSerializer.Serialize(talk);
        for (int left = talk.Turns.Count; text.Length > MostCharacters && left > 0; left--) text = JsonSerializer.Serialize(Latest(talk, left - 1));
        await WriteAsync(TalkKey(workspaceId), text);
    }

    private async Task WriteAsync(string key, string text)
    {
        try
        {
            await browser.RememberAsync(key, text);
        }
        catch (JSDisconnectedException)
        {
            // The page has gone; what it kept last stays.
        }
    }

    private static Talk Latest(Talk talk, int turns)
    {
        int from = talk.Turns.Count - turns;
        return new Talk
        {
            Turns = talk.Turns[from..],
            Columns = [.. talk.Columns.Select(c => new Column { Key = c.Key, Model = c.Model, Temperature = c.Temperature, TopP = c.TopP, MaxTokens = c.MaxTokens, Seed = c.Seed, Answers = [.. c.Answers.Skip(from)] })],
        };
    }

    // What an older version or a person's hand wrote counts as nothing.
    private static T? Read<T>(string? text) where T : class
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<T>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string PromptKey(Guid workspaceId) => $"playground.prompt.{workspaceId:N}";
    private static string TalkKey(Guid workspaceId) => $"playground.talk.{workspaceId:N}";
}
