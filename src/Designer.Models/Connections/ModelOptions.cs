namespace Designer.Models.Connections;

/// <summary>How a server differs from the others of its kind, and how far it may be burdened. Every part has a default that suits most.</summary>
public sealed record ModelOptions
{
    public const string MaxTokens = "max_tokens";
    public const string MaxCompletionTokens = "max_completion_tokens";
    /// <summary>Of <see cref="ToolFormat"/>: tools stand in the instructions, and calls in the answer's text.</summary>
    public const string TextTools = "text";
    /// <summary>Begins the ways of <see cref="Thinking"/> that older models take.</summary>
    public const string BudgetThinking = "budget-";
    /// <summary>The field that thinking stands in where nothing else is said.</summary>
    public const string UsualReasoning = "reasoning_content";
    private const int MostRetries = 10;
    private const int LongestTimeoutSeconds = 3600;
    private const int MostConcurrent = 10_000;
    private const int MostCacheMegabytes = 1 << 20;

    /// <summary>What the server calls the limit of the answer's tokens: <see cref="MaxTokens"/>, <see cref="MaxCompletionTokens"/>, or null for what its kind usually takes.</summary>
    public string? TokenLimitName { get; init; }

    /// <summary>Where in a message an OpenAI-compatible server puts its thinking, e.g. <c>reasoning</c>; null: <see cref="UsualReasoning"/>.</summary>
    public string? ReasoningField { get; init; }

    /// <summary>How an OpenAI-compatible server is told of tools: <see cref="TextTools"/> for one that knows none, or null for the interface's own way.</summary>
    public string? ToolFormat { get; init; }

    /// <summary>Seconds until an answer must begin.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>How many calls may be under way at once; others wait. Null: any number.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>How often a server that answers "later" (408, 429, 500, 502, 503, 504) is asked again before the call fails.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The name of the model that takes over when this one fails before it has said a word.</summary>
    public string? Fallback { get; init; }

    /// <summary>Of a model in this process: where it runs (<c>cpu</c>, <c>cuda</c>, a plug-in's name); null: as the settings say. So the next two.</summary>
    public string? ExecutionProvider { get; init; }

    /// <summary>Whether it may run on the CPU when its provider cannot load.</summary>
    public bool? FallBackToCpu { get; init; }

    /// <summary>What the caches of a chat model's running requests may take.</summary>
    public int? CacheMegabytes { get; init; }

    /// <summary>How much Anthropic's models think before they answer, see <see cref="ThinkingWays"/>; null: as the model likes.</summary>
    public string? Thinking { get; init; }

    /// <summary>By an effort for current models, within a budget of tokens for older ones.</summary>
    public static IReadOnlyList<string> ThinkingWays { get; } = ["low", "medium", "high", "budget-low", "budget-medium", "budget-high"];

    internal IEnumerable<string> Problems(string name)
    {
        if (TokenLimitName is not (null or MaxTokens or MaxCompletionTokens)) yield return $"The token limit is called {MaxTokens} or {MaxCompletionTokens}.";
        if (ReasoningField is { } field && (field.Length is 0 or > 64 || !field.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))) yield return "The reasoning field must be a plain name, such as reasoning_content.";
        if (ToolFormat is not (null or TextTools)) yield return $"The tool format is {TextTools}, or empty for the interface's own.";
        if (TimeoutSeconds is < 1 or > LongestTimeoutSeconds) yield return $"The timeout must be between 1 and {LongestTimeoutSeconds} seconds.";
        if (MaxConcurrent is < 1 or > MostConcurrent) yield return $"The calls at once must be between 1 and {MostConcurrent}.";
        if (Retries is < 0 or > MostRetries) yield return $"The repeats must be between 0 and {MostRetries}.";
        if (ExecutionProvider is { } provider && (provider.Length is 0 or > 64 || !provider.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))) yield return "The execution provider must be a plain name, such as cuda.";
        if (CacheMegabytes is < 1 or > MostCacheMegabytes) yield return $"The memory of running requests must be between 1 and {MostCacheMegabytes} MiB.";
        if (Thinking is not null && !ThinkingWays.Contains(Thinking)) yield return $"Thinking is one of {string.Join(", ", ThinkingWays)}.";
        if (Fallback == name) yield return "A model cannot be its own fallback.";
    }
}
