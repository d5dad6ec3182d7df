using Designer.Models.Caching;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models;

/// <summary>A chat model ready to be called. The client never invokes tools by itself, and repeats nothing once a word of an answer has come.</summary>
public sealed record ChatModel(ModelConnection Connection, IChatClient Client)
{
    /// <summary>The additional property of an answer that holds the <see cref="ModelConnection"/> which took over, where a fallback did.</summary>
    public const string AnsweredBy = "designer.answeredBy";

    /// <summary>The additional property beside it that says why the first model was left, in words.</summary>
    public const string LeftBecause = "designer.leftBecause";

    /// <summary>The additional property of a <see cref="TextReasoningContent"/> whose text the provider keeps to itself; its protected data must go back as it came.</summary>
    public const string RedactedThought = "designer.redactedThought";

    /// <summary>The additional property of an answer, or of vectors, for which the model was not asked: it was known.</summary>
    public const string FromCache = "designer.fromCache";

    internal ModelMemory? Memory { get; init; }

    /// <summary>The same model, which gives the same answer to the same question for a while without being asked again.</summary>
    public ChatModel Remembering(TimeSpan time) => Memory is null ? this : this with { Client = new RememberingChatClient(Client, Memory, Connection, time, TimeProvider.System) };

    public bool SupportsTools => Connection.Capabilities.HasFlag(ModelCapabilities.Tools);
    public bool SupportsJsonSchema => Connection.Capabilities.HasFlag(ModelCapabilities.JsonSchema);
    public bool SupportsVision => Connection.Capabilities.HasFlag(ModelCapabilities.Vision);

    /// <summary>Throws <c>model.noTools</c> where a node needs a model that calls tools and this one does not.</summary>
    public ChatModel RequireTools() => SupportsTools
        ? this
        : throw new ModelException(ModelErrorCodes.NoTools, $"The model '{Connection.Name}' cannot call tools. Bind the slot to a model that can.");
}
