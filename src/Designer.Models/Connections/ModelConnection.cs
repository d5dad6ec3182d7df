using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Designer.Models.Connections;

/// <summary>What a model can do; flows ask for these through their slots.</summary>
[Flags]
public enum ModelCapabilities
{
    None = 0,
    Chat = 1,
    Tools = 2,
    JsonSchema = 4,
    Vision = 8,

    /// <summary>Turns texts into vectors.</summary>
    Embedding = 16,

    /// <summary>Scores passages by how well they answer a query.</summary>
    Rerank = 32,

    /// <summary>Labels a whole text.</summary>
    ClassifyText = 64,

    /// <summary>Finds and labels stretches of a text: names, addresses and the like.</summary>
    FindSpans = 128,

    /// <summary>Labels a picture or a file.</summary>
    ClassifyFile = 256,

    /// <summary>Reads the text in a picture.</summary>
    ReadImage = 512,

    /// <summary>Makes pictures.</summary>
    MakeImage = 1024,
}

/// <summary>The providers a connection may name.</summary>
public static class ModelProviders
{
    public const string Extractive = "extractive";
    public const string OpenAi = "openai";
    public const string Azure = "azure";
    public const string Anthropic = "anthropic";

    /// <summary>OpenAI's images interface.</summary>
    public const string OpenAiImages = "openai-images";

    /// <summary>A ComfyUI server, which runs workflows.</summary>
    public const string ComfyUi = "comfyui";

    /// <summary>OpenAI's embeddings interface.</summary>
    public const string OpenAiEmbeddings = "openai-embeddings";

    /// <summary>The rerank interface that Jina, vLLM and llama.cpp share.</summary>
    public const string Rerank = "rerank";

    /// <summary>A folder on this machine, run in this process by ONNX Runtime.</summary>
    public const string Onnx = "onnx";

    public static IReadOnlyList<string> Served => [OpenAi, Azure, Anthropic, OpenAiEmbeddings, Rerank, OpenAiImages, ComfyUi];

    /// <summary>What all that is connected through a server's interface does at least. A folder's files say it themselves.</summary>
    public static ModelCapabilities KindOf(string provider) => provider switch
    {
        OpenAiImages or ComfyUi => ModelCapabilities.MakeImage,
        OpenAiEmbeddings => ModelCapabilities.Embedding,
        Rerank => ModelCapabilities.Rerank,
        _ => ModelCapabilities.Chat,
    };

    public static bool MakesPictures(string provider) => KindOf(provider) == ModelCapabilities.MakeImage;

    public static bool Chats(string provider) => KindOf(provider) == ModelCapabilities.Chat;
}

/// <summary>One model of a workspace: where it is served, how to call it and what it costs. Flows bind a slot to its name.</summary>
public sealed partial record ModelConnection
{
    public required Guid Id { get; init; }
    public required Guid WorkspaceId { get; init; }

    /// <summary>Slug, unique in the workspace.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="ModelProviders"/>.</summary>
    public required string Provider { get; init; }

    /// <summary>Base address of the server; null means the provider's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The model's name as the server knows it; of <see cref="ModelProviders.Onnx"/> its folder or graph file.</summary>
    public required string Model { get; init; }

    /// <summary>The API key, encrypted by <see cref="IKeyProtector"/>; null where the server asks for none.</summary>
    public string? ProtectedKey { get; init; }

    public ModelCapabilities Capabilities { get; init; } = ModelCapabilities.Chat;

    /// <summary>Context window in tokens.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Price per million input tokens, in the workspace's currency.</summary>
    public decimal? InputPrice { get; init; }

    /// <summary>Price per million output tokens, in the workspace's currency.</summary>
    public decimal? OutputPrice { get; init; }

    /// <summary>Whether the endpoint may lie on this machine or in a private network.</summary>
    public bool AllowPrivateNetwork { get; init; }

    public bool Enabled { get; init; } = true;

    public ModelOptions Options { get; init; } = new();

    /// <summary>Raised by the store with every save; a client is kept as long as this stays the same.</summary>
    public long Revision { get; init; }

    /// <summary>What is wrong with this connection, in words for the person who edits it; empty when it can be saved.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!Slug().IsMatch(Name)) problems.Add("The name must start with a letter or digit and hold only lower-case letters, digits, '-', '_' and '.', at most 64.");
        if (Name == ModelProviders.Extractive) problems.Add("The name 'extractive' belongs to the embedded model.");
        if (Provider is not (ModelProviders.Extractive or ModelProviders.Onnx) && !ModelProviders.Served.Contains(Provider)) problems.Add($"There is no provider '{Provider}'.");
        if (string.IsNullOrWhiteSpace(Model)) problems.Add("The model's name is missing.");
        if (Endpoint is { } uri && (!uri.IsAbsoluteUri || uri.Scheme is not ("http" or "https"))) problems.Add("The endpoint must be an http or https address.");
        if (Endpoint is { IsAbsoluteUri: true, UserInfo.Length: > 0 }) problems.Add("The endpoint must not hold a user name or password.");
        if (ContextTokens is <= 0) problems.Add("The context length must be positive.");
        if (InputPrice is < 0 || OutputPrice is < 0) problems.Add("A price cannot be negative.");
        if (Provider == ModelProviders.Azure && Endpoint is null) problems.Add("Azure needs the address of your resource, such as https://my-resource.openai.azure.com.");
        if (Provider == ModelProviders.ComfyUi && Endpoint is null) problems.Add("ComfyUI needs the address of your server, such as http://127.0.0.1:8188.");
        if (Provider == ModelProviders.Rerank && Endpoint is null) problems.Add("A reranker needs the address of its server, such as https://api.jina.ai/v1.");
        problems.AddRange(Options.Problems(Name));
        return problems;
    }

    /// <summary>The cost of a call in the workspace's currency, or null when no price is set.</summary>
    public decimal? Cost(long inputTokens, long outputTokens) =>
        InputPrice is null && OutputPrice is null
            ? null
            : ((InputPrice ?? 0) * inputTokens + (OutputPrice ?? 0) * outputTokens) / 1_000_000m;

    /// <summary>The cost of what a server counted. Anthropic bills a tenth for what it reads from its cache and a quarter more for what it writes there; others
    /// give discounts that differ by model, and what they read from their cache is counted in full.</summary>
    /// <param name="inputTokens">All of the input, with what was read from a cache or written there.</param>
    public decimal? Cost(long inputTokens, long outputTokens, UsageDetails counted)
    {
        if (Provider != ModelProviders.Anthropic || InputPrice is not { } price || Cost(inputTokens, outputTokens) is not { } full) return Cost(inputTokens, outputTokens);
        long read = Math.Clamp(counted.CachedInputTokenCount ?? 0, 0, inputTokens);
        long written = Math.Clamp(counted.AdditionalCounts?.GetValueOrDefault(CacheWrites) ?? 0, 0, inputTokens - read);
        return full + price * (written * CacheWriteSurcharge - read * CacheReadDiscount) / 1_000_000m;
    }

    /// <summary>Under which name Anthropic's library says how many tokens were written to the cache.</summary>
    private const string CacheWrites = "CacheCreationInputTokens";
    private const decimal CacheWriteSurcharge = 0.25m;
    private const decimal CacheReadDiscount = 0.9m;

    /// <summary>Never prints the key, not even encrypted.</summary>
    public override string ToString() => $"{Name} ({Provider}, {Model})";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Slug();
}
