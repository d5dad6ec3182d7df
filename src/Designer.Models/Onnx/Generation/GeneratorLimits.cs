namespace Designer.Models.Onnx.Generation;

/// <summary>What one chat model may take.</summary>
/// <param name="ContextTokens">Prompt and answer together.</param>
/// <param name="CacheBytes">For the keys and values of everything that runs.</param>
/// <param name="LargestBatch">Sequences that run together.</param>
/// <param name="LongestQueue">Requests that wait for a place.</param>
/// <param name="PromptPiece">Tokens of a prompt that one step reads, so that a long prompt holds nobody else up.</param>
public sealed record GeneratorLimits(int ContextTokens, long CacheBytes = 1L << 30, int LargestBatch = 32, int LongestQueue = 1024, int PromptPiece = 256);
