using System.Text.Json;
using Designer.Flows;
using Microsoft.Extensions.Logging;

namespace Designer.Engine;

/// <summary>All that a node may use of the run it is in.</summary>
public abstract class StepContext
{
    public abstract Guid RunId { get; }
    public abstract Guid WorkspaceId { get; }
    /// <summary>The step's path in the run, e.g. <c>loop#3/reply</c>.</summary>
    public abstract string Path { get; }
    public abstract string NodeId { get; }
    /// <summary>1 for the first attempt.</summary>
    public abstract int Attempt { get; }
    /// <summary>The run's start: the same in a replay. Measure durations with <see cref="Clock"/>.</summary>
    public abstract DateTimeOffset Now { get; }
    public abstract TimeProvider Clock { get; }
    /// <summary>Cancelled when the run is cancelled, a sibling failed the run, or the attempt timed out.</summary>
    public abstract CancellationToken Cancellation { get; }
    /// <summary><c>runId/path</c>: the same for each attempt, so that the other side can recognise a repeat.</summary>
    public string IdempotencyKey => $"{RunId:N}/{Path}";
    public abstract ILogger Logger { get; }
    public abstract StepBudget Budget { get; }
    /// <summary>The conversation as it stood at the run's start; null in task mode.</summary>
    public abstract Conversation? Conversation { get; }

    /// <summary>What the flow was called with (the run's input, or a sub-flow's); the start node makes outputs of it.</summary>
    public abstract JsonElement FlowInput { get; }
    /// <summary>What this step's references see, with more names in front; for settings that are evaluated later.</summary>
    public abstract IValueScope ScopeWith(IReadOnlyDictionary<string, object?> names);

    /// <summary>Streams a piece of text to whoever watches. Never waits for a reader.</summary>
    public abstract void EmitToken(string text);
    public abstract void EmitProgress(string message);
    /// <summary>Shows whoever watches how far a picture is; the next one takes its place, and none is recorded.</summary>
    /// <param name="mediaType">Of a picture, as its bytes say it.</param>
    public abstract void EmitPreview(string mediaType, ReadOnlyMemory<byte> picture);
    /// <summary>Adds to what this step consumed; summed into the run's usage.</summary>
    /// <param name="call">What the trace keeps of it, where it was one call of a model.</param>
    public abstract void Report(Usage usage, CallTrace? call = null);
    /// <summary>The secret of a bound credential. Its text is masked in all that is recorded afterwards.</summary>
    /// <exception cref="StepException"><c>credential.unknown</c></exception>
    public abstract ValueTask<string> SecretAsync(string credential);
    /// <summary>Masks every secret handed out in this run.</summary>
    public abstract string Mask(string text);

    /// <summary>A file of this workspace as its bytes say it is, whatever the caller wrote. It stays as long as this run does.</summary>
    /// <exception cref="StepException"><c>file.unknown</c></exception>
    public abstract ValueTask<FileRef> FileAsync(string id, string? name);
    /// <summary>The file's bytes, in a stream that can seek; dispose it.</summary>
    /// <exception cref="StepException"><c>file.unknown</c></exception>
    public abstract ValueTask<Stream> OpenFileAsync(FileRef file);
    /// <summary>Takes in what this step made, as a file of the run.</summary>
    /// <exception cref="StepException"><c>file.empty</c>, <c>file.tooLarge</c>, <c>file.type</c></exception>
    public abstract ValueTask<FileRef> SaveFileAsync(string name, Stream content);

    /// <summary>Waits for a person; the run holds no thread meanwhile and survives restarts. An expired form answers <see cref="HumanAnswer.Timeout"/>.</summary>
    public abstract ValueTask<HumanAnswer> AskAsync(HumanForm form);

    // ---- Composite steps: they hold no state but the log. After a restart they are entered again and get finished children from it. ----

    /// <summary>Runs the node's body once, as <c>path#iteration/…</c>, with names its references can use.</summary>
    public abstract ValueTask<IValueScope> RunBodyAsync(int iteration, IReadOnlyDictionary<string, object?> names);
    /// <summary>Runs a piece of this node's own work as a step of its own (<c>path/name</c>), e.g. one model turn.</summary>
    public abstract ValueTask<T> RunPartAsync<T>(string name, object inputs, Func<StepContext, ValueTask<T>> work) where T : class;
    /// <summary>Runs another flow inside this run (<c>path/…</c>).</summary>
    /// <param name="flow">Slug or id of a flow of this workspace; its latest published version.</param>
    public abstract ValueTask<JsonElement> RunFlowAsync(string flow, JsonElement input);
    /// <summary>The nodes that hang below this one at the attachment port.</summary>
    public abstract IReadOnlyList<AttachedNode> Attached(string port);
    /// <summary>Runs an attached node as <c>path/name</c>; its settings see <c>{{ args.… }}</c>.</summary>
    public abstract ValueTask<StepOutcome> RunAttachedAsync(AttachedNode node, string name, JsonElement args);
}

/// <summary>A node that hangs below an agent.</summary>
/// <param name="Settings">As written, templates included; a node type may describe itself from them.</param>
/// <param name="Parameters">The names its settings mention as <c>args.name</c>.</param>
public sealed record AttachedNode(string Id, string Name, string Type, JsonElement Settings, NodeDescriptor Descriptor, IReadOnlyList<string> Parameters);

/// <summary>What a person is asked.</summary>
/// <param name="Decisions">One port each, e.g. approve and reject.</param>
public sealed record HumanForm(string Title, string? Text, IReadOnlyList<string> Decisions, DateTimeOffset? Deadline = null);

/// <param name="By">Who answered: a member's e-mail or a key's name.</param>
public sealed record HumanAnswer(string Decision, string? Comment = null, string? By = null)
{
    public static readonly HumanAnswer Timeout = new("timeout");
}

/// <summary>A conversation's messages and variables.</summary>
public sealed record Conversation(string Id, IReadOnlyList<Message> Messages, IReadOnlyDictionary<string, JsonElement> Variables);

/// <summary>Outputs that speak to the caller.</summary>
public interface IAnswerOutputs
{
    string? Text { get; }
    IReadOnlyList<Citation>? Citations { get; }
    IReadOnlyDictionary<string, object?>? Values { get; }
}

/// <summary>Outputs that set variables of the flow when the step completes.</summary>
public interface IVariableOutputs
{
    IReadOnlyDictionary<string, object?> Variables { get; }
}

/// <summary>A setting that is evaluated later, in the scope of a body: what an iteration collects, a loop's condition.</summary>
public abstract class Deferred
{
    public abstract object? Evaluate(IValueScope scope);
    /// <summary>For a condition: Liquid expression or rows.</summary>
    public abstract bool Holds(IValueScope scope);
}
