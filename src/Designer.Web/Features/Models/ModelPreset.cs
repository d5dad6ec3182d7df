using Designer.Models.Connections;

namespace Designer.Web.Features.Models;

/// <summary>A provider people know by name, with the address of its interface.</summary>
/// <param name="Endpoint">Null: the provider's own, which is not asked for. Empty: the person enters it.</param>
/// <param name="IsLocal">On this machine or in a private network; usually without a key.</param>
/// <param name="Provider">Which interface it speaks.</param>
public sealed record ModelPreset(string Name, string? Endpoint, bool IsLocal = false, string Provider = ModelProviders.OpenAi)
{
    public static IReadOnlyList<ModelPreset> All =>
    [
        new("OpenAI", null),
        new("Anthropic", null, Provider: ModelProviders.Anthropic),
        new("Azure OpenAI", "", Provider: ModelProviders.Azure),
        new("Gemini", "https://generativelanguage.googleapis.com/v1beta/openai"),
        new(L["{0} on this machine", "Ollama"], "http://127.0.0.1:11434/v1", IsLocal: true),
        new(L["{0} on this machine", "LM Studio"], "http://127.0.0.1:1234/v1", IsLocal: true),
        new(L["{0} on this machine", "llama.cpp"], "http://127.0.0.1:8080/v1", IsLocal: true),
        new(L["{0} on this machine", "vLLM"], "http://127.0.0.1:8000/v1", IsLocal: true),
        new("OpenRouter", "https://openrouter.ai/api/v1"),
        new("Mistral", "https://api.mistral.ai/v1"),
        new("DeepSeek", "https://api.deepseek.com/v1"),
        new("Groq", "https://api.groq.com/openai/v1"),
        new("Qwen (Alibaba Cloud)", "https://dashscope.aliyuncs.com/compatible-mode/v1"),
        new(L["{0} on this machine", "ComfyUI"], "http://127.0.0.1:8188", IsLocal: true, Provider: ModelProviders.ComfyUi),
        new(L["OpenAI (embeddings)"], null, Provider: ModelProviders.OpenAiEmbeddings),
        new(L["OpenAI (pictures)"], null, Provider: ModelProviders.OpenAiImages),
        new(L["Another OpenAI-compatible server"], ""),
        new(L["Another server that speaks Anthropic's interface"], "", Provider: ModelProviders.Anthropic),
        new(L["Another server with OpenAI's embeddings interface"], "", Provider: ModelProviders.OpenAiEmbeddings),
        new(L["A server with the rerank interface (Jina, vLLM, llama.cpp)"], "", Provider: ModelProviders.Rerank),
        new(L["Another server with OpenAI's images interface"], "", Provider: ModelProviders.OpenAiImages),
        new(L["Another ComfyUI server"], "", Provider: ModelProviders.ComfyUi),
    ];

    /// <summary>The preset that a known connection was most likely made from.</summary>
    public static int IndexOf(ModelConnection known)
    {
        IReadOnlyList<ModelPreset> all = All;
        for (int i = 0; i < all.Count; i++)
            if (all[i].Provider == known.Provider && (all[i].Endpoint is { Length: > 0 } address ? new Uri(address) == known.Endpoint : all[i].Endpoint is null == known.Endpoint is null)) return i;
        return 0;
    }
}
