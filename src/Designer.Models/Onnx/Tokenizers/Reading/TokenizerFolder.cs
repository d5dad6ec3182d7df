using System.Text.Json;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Finds the tokenizer in a model's folder, and what the files beside it say about it.</summary>
internal static class TokenizerFolder
{
    private const long LargestFile = 512L << 20;

    public static Tokenizer Load(string folder)
    {
        if (File.Exists(Path.Combine(folder, "tokenizer.json")))
        {
            using JsonDocument config = Settings(folder, "tokenizer_config.json");
            return TokenizerJson.Read(Bytes(folder, "tokenizer.json"), config.RootElement);
        }
        if (!File.Exists(Path.Combine(folder, "tokenizer.model"))) throw BadFolder.Because($"The folder '{folder}' has neither tokenizer.json nor tokenizer.model.");
        using JsonDocument own = Settings(folder, "tokenizer_config.json"), model = Settings(folder, "config.json");
        // Without settings of its own, the tokenizer begins a text as config.json says texts begin.
        bool begin = own.RootElement.Flag("add_bos_token") ?? model.RootElement.TryGetProperty("bos_token_id", out JsonElement id) && id.ValueKind == JsonValueKind.Number;
        return SentencePieceModel.Read(Bytes(folder, "tokenizer.model"), begin, own.RootElement.Flag("add_eos_token") ?? false);
    }

    private static byte[] Bytes(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        try
        {
            return new FileInfo(path) is { Length: > LargestFile } big ? throw BadFolder.Because($"{name} has {big.Length >> 20:N0} MiB; {LargestFile >> 20} are allowed.") : File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BadFolder.Because($"{name} in '{folder}' cannot be read: {e.Message}", e);
        }
    }

    private static JsonDocument Settings(string folder, string name)
    {
        if (!File.Exists(Path.Combine(folder, name))) return JsonDocument.Parse("{}");
        try
        {
            JsonDocument settings = JsonDocument.Parse(Bytes(folder, name));
            return settings.RootElement.ValueKind == JsonValueKind.Object ? settings : throw BadFolder.Because($"{name} in '{folder}' is no JSON object.");
        }
        catch (JsonException e)
        {
            throw BadFolder.Because($"{name} in '{folder}' is no JSON: {e.Message}", e);
        }
    }
}
