using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Designer.Nodes.Tests;

/// <summary>A step without an engine: records what a node says, answers with what a test put in.</summary>
internal sealed class FakeStep : StepContext
{
    public List<string> Tokens { get; } = [];
    public List<string> Progress { get; } = [];
    public List<HumanForm> Asked { get; } = [];
    public Usage Usage { get; private set; } = Usage.None;
    public FakeBudget FakeBudget { get; } = new();
    public HumanAnswer Answer { get; init; } = HumanAnswer.Timeout;
    public Dictionary<string, string> Secrets { get; } = [];
    public Conversation? FakeConversation { get; init; }
    public CancellationTokenSource Source { get; } = new();

    public override Guid RunId { get; } = Guid.Parse("0198f2c4-0000-7000-8000-000000000001");
    public override Guid WorkspaceId { get; } = Guid.Parse("0198f2c4-0000-7000-8000-000000000002");
    public override string Path => "node";
    public override string NodeId => "node";
    public override int Attempt => 1;
    public override DateTimeOffset Now { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public override TimeProvider Clock => TimeProvider.System;
    public override CancellationToken Cancellation => Source.Token;
    public override ILogger Logger => NullLogger.Instance;
    public override StepBudget Budget => FakeBudget;
    public override Conversation? Conversation => FakeConversation;

    public override JsonElement FlowInput => Input;
    public JsonElement Input { get; init; } = JsonElement.Parse("{}");
    public override IValueScope ScopeWith(IReadOnlyDictionary<string, object?> names) => new NamesScope(names);

    private sealed class NamesScope(IReadOnlyDictionary<string, object?> names) : IValueScope
    {
        public object? Root(string name) => names.GetValueOrDefault(name);
        public DateTimeOffset Now => default;
    }

    public override void EmitToken(string text) => Tokens.Add(text);
    public override void EmitProgress(string message) => Progress.Add(message);
    public List<byte[]> Previews { get; } = [];
    public override void EmitPreview(string mediaType, ReadOnlyMemory<byte> picture) => Previews.Add(picture.ToArray());
    public List<CallTrace> Calls { get; } = [];
    public override void Report(Usage usage, CallTrace? call = null)
    {
        Usage += usage;
        if (call is not null) Calls.Add(call);
    }

    public override ValueTask<string> SecretAsync(string credential) => Secrets.TryGetValue(credential, out string? secret)
        ? new(secret)
        : throw new StepException("credential.unknown", $"There is no credential '{credential}'.");
    public override string Mask(string text) => Secrets.Values.Aggregate(text, (masked, secret) => masked.Replace(secret, "•••", StringComparison.Ordinal));

    public FlowFiles Files { get; } = new(new MemoryBlobStore());
    public override async ValueTask<FileRef> FileAsync(string id, string? name) =>
        await Files.FindAsync(WorkspaceId, id, name, Cancellation) ?? throw new StepException("file.unknown", $"There is no such file.");
    public override async ValueTask<Stream> OpenFileAsync(FileRef file) =>
        (await Files.OpenAsync(WorkspaceId, file.Id, file.Name, Cancellation) ?? throw new StepException("file.unknown", $"There is no such file.")).Content;
    public override ValueTask<FileRef> SaveFileAsync(string name, Stream content) => Files.AddAsync(WorkspaceId, name, content, RunId, Cancellation);

    public override ValueTask<HumanAnswer> AskAsync(HumanForm form)
    {
        Asked.Add(form);
        return new(Answer);
    }

    public override ValueTask<IValueScope> RunBodyAsync(int iteration, IReadOnlyDictionary<string, object?> names) => throw new NotSupportedException();
    public override ValueTask<T> RunPartAsync<T>(string name, object inputs, Func<StepContext, ValueTask<T>> work) => work(this);
    public override ValueTask<JsonElement> RunFlowAsync(string flow, JsonElement input) => new(input);
    public override IReadOnlyList<AttachedNode> Attached(string port) => [];
    public override ValueTask<StepOutcome> RunAttachedAsync(AttachedNode node, string name, JsonElement args) => throw new NotSupportedException();
}

internal sealed class FakeBudget : StepBudget
{
    public long TokensLeft { get; set; } = long.MaxValue;
    public long Reserved { get; private set; }
    public Usage Settled { get; private set; } = Usage.None;

    public override Reservation Reserve(long tokens, decimal cost = 0)
    {
        if (tokens > TokensLeft) throw new StepException("budget.exceeded", $"The run's tokens are used up.");
        Reserved += tokens;
        return new FakeReservation(this);
    }

    public override bool CanAfford(int modelCalls, long tokens) => tokens <= TokensLeft;
    public override void CountToolCall(string tool) { }

    private sealed class FakeReservation(FakeBudget budget) : Reservation
    {
        public override void Settle(Usage actual) => budget.Settled += actual;
    }
}
