namespace Designer.Models.Onnx.Tokenizers;

/// <summary>Where in the caller's text a token came from, in UTF-16 characters. Empty for tokens the template added.</summary>
public readonly record struct TokenSpan(int Start, int End);

/// <summary>A text, or a pair of texts, as a model reads it.</summary>
/// <param name="Types">The segment (<c>token_type_ids</c>) of each token.</param>
/// <param name="Sources">For each token 0 or 1, the text it came from, or −1 if the template added it.</param>
/// <param name="Spans">For each token its place in that text.</param>
public sealed record TokenizedText(int[] Ids, int[] Types, int[] Sources, TokenSpan[] Spans);
