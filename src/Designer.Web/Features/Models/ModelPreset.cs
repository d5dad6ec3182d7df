namespace Designer.Web.Features.Models;

/// <summary>A provider people know by name, with the address of its OpenAI-compatible interface.</summary>
/// <param name="Endpoint">Null: OpenAI itself. Empty: the person enters it.</param>
/// <param name="IsLocal">On this machine or in a private network; usually without a key.</param>
public sealed record ModelPreset(string Name, string? Endpoint, bool IsLocal = false)
{
    public static readonly IReadOnlyList<ModelPreset> All =
    [
        new("OpenAI", null),
        new(Words.Key("Ollama on this machine"), "http://127.0.0.1:11434/v1", IsLocal: true),
        new(Words.Key("LM Studio on this machine"), "http://127.0.0.1:1234/v1", IsLocal: true),
        new(Words.Key("llama.cpp on this machine"), "http://127.0.0.1:8080/v1", IsLocal: true),
        new(Words.Key("vLLM on this machine"), "http://127.0.0.1:8000/v1", IsLocal: true),
        new("OpenRouter", "https://openrouter.ai/api/v1"),
        new("Mistral", "https://api.mistral.ai/v1"),
        new("DeepSeek", "https://api.deepseek.com/v1"),
        new("Groq", "https://api.groq.com/openai/v1"),
        new("Qwen (Alibaba Cloud)", "https://dashscope.aliyuncs.com/compatible-mode/v1"),
        new("Gemini", "https://generativelanguage.googleapis.com/v1beta/openai"),
        new(Words.Key("Another OpenAI-compatible server"), ""),
    ];
}
