using System.Runtime.CompilerServices;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Extractive;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Tests;

/// <summary>Models by name: <c>extractive</c> is the real embedded one, <c>scripted</c> answers as a test says.</summary>
internal sealed class ScriptedModels(ModelCapabilities capabilities = ModelCapabilities.Chat | ModelCapabilities.Tools | ModelCapabilities.JsonSchema) : IModels
{
    public ScriptedClient Client { get; } = new();

    /// <summary>Models of other kinds by name: what they can do, and their face.</summary>
    public Dictionary<string, (ModelCapabilities Can, object Face)> Others { get; } = [];

    public ValueTask<ModelConnection> FindAsync(Guid workspaceId, string name, CancellationToken cancellation) => Others.TryGetValue(name, out var other)
        ? new(new ModelConnection { Id = Guid.Parse("0198f2c4-0000-7000-8000-00000000000b"), WorkspaceId = workspaceId, Name = name, Provider = ModelProviders.Onnx, Model = name, Capabilities = other.Can, InputPrice = 1 })
        : throw new ModelException(ModelErrorCodes.Unknown, $"There is no model '{name}' in this workspace.");

    /// <summary>The name of the model that stands in for each of them.</summary>
    public string? Fallback { get; init; }

    public async ValueTask<ModelConnection?> FindFallbackAsync(ModelConnection first, ModelException failed, CancellationToken cancellation) =>
        Fallback is { } name && failed.Code != ModelErrorCodes.Refused ? await FindAsync(first.WorkspaceId, name, cancellation) : null;

    public T CreateOther<T>(ModelConnection connection) where T : class =>
        Others[connection.Name].Face as T ?? throw new ModelException(ModelErrorCodes.Refused, $"The model '{connection.Name}' cannot be used here.");

    public async ValueTask<T> ResolveAsync<T>(Guid workspaceId, string name, CancellationToken cancellation) where T : class => CreateOther<T>(await FindAsync(workspaceId, name, cancellation));

    public ValueTask<ChatModel> ResolveChatAsync(Guid workspaceId, string name, CancellationToken cancellation) => name switch
    {
        "extractive" => new(new ChatModel(ModelRegistry.Embedded(workspaceId), new ExtractiveChatClient())),
        "scripted" => new(new ChatModel(new ModelConnection
        {
            Id = Guid.Parse("0198f2c4-0000-7000-8000-00000000000a"),
            WorkspaceId = workspaceId,
            Name = name,
            Provider = ModelProviders.OpenAi,
            Model = "scripted-1",
            Capabilities = capabilities,
            InputPrice = 1,
            OutputPrice = 2,
        }, Client)),
        _ => throw new ModelException(ModelErrorCodes.Unknown, $"There is no model '{name}' in this workspace."),
    };
}

/// <summary>Answers the n-th call with the n-th reply, the last one for ever; remembers what it was sent.</summary>
internal sealed class ScriptedClient : IChatClient
{
    private readonly List<Func<IReadOnlyList<ChatMessage>, ChatOptions?, IEnumerable<AIContent>>> _replies = [];

    public List<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Calls { get; } = [];

    public ScriptedClient Say(params string[] pieces) => Reply((_, _) => pieces.Select(p => (AIContent)new TextContent(p)));
    public ScriptedClient Call(string tool, object arguments) => Reply((_, _) => [ToolCall("c1", tool, arguments)]);
    public ScriptedClient Fail(Exception error) => Reply((_, _) => throw error);

    public ScriptedClient Reply(Func<IReadOnlyList<ChatMessage>, ChatOptions?, IEnumerable<AIContent>> reply)
    {
        _replies.Add(reply);
        return this;
    }

    public static FunctionCallContent ToolCall(string id, string tool, object arguments) =>
        new(id, tool, System.Text.Json.JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value));

    /// <summary>All texts of the last call, tool results included.</summary>
    public string LastPrompt => string.Join("\n", Calls[^1].Messages.SelectMany(m => m.Contents).Select(c => c switch { TextContent t => t.Text, FunctionResultContent r => r.Result?.ToString(), _ => "" }));

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Func<IReadOnlyList<ChatMessage>, ChatOptions?, IEnumerable<AIContent>> reply;
        List<ChatMessage> sent = [.. messages];
        lock (Calls)
        {
            Calls.Add((sent, options));
            reply = _replies[Math.Min(Calls.Count, _replies.Count) - 1];
        }
        bool calls = false;
        foreach (AIContent content in reply(sent, options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            calls |= content is FunctionCallContent;
            yield return new ChatResponseUpdate(ChatRole.Assistant, [content]);
        }
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5 })]) { FinishReason = calls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop };
        await Task.CompletedTask;
    }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;
    public void Dispose() { }
}
