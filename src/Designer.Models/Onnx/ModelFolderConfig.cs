using System.Text.Json;

namespace Designer.Models.Onnx;

/// <summary>What config.json says, under the names that model families share. What it does not say is null.</summary>
/// <param name="Labels">Class names by number (<c>id2label</c>).</param>
/// <param name="Json">The whole file, for what only one kind of model needs.</param>
public sealed record ModelFolderConfig(string? ModelType, IReadOnlyList<string> Architectures, int? HiddenSize, int? Layers, int? Heads, int? KeyValueHeads, int? HeadSize,
    int? VocabularySize, int? MaxPositions, int? BeginToken, IReadOnlyList<int> EndTokens, int? PadToken, IReadOnlyList<string> Labels, JsonElement Json)
{
    internal static ModelFolderConfig Read(JsonElement json)
    {
        // Models that also see keep the sizes of their language part apart.
        JsonElement sizes = json.TryGetProperty("text_config", out JsonElement inner) && inner.ValueKind == JsonValueKind.Object ? inner : json;
        int? hidden = First(sizes, "hidden_size", "n_embd", "d_model", "dim"), heads = First(sizes, "num_attention_heads", "n_head", "num_heads", "n_heads");
        return new ModelFolderConfig(Text(json, "model_type"), Texts(json, "architectures"), hidden, First(sizes, "num_hidden_layers", "n_layer", "num_layers", "n_layers"), heads,
            First(sizes, "num_key_value_heads") ?? heads, First(sizes, "head_dim") ?? (hidden is > 0 && heads is > 0 ? hidden / heads : null), First(sizes, "vocab_size"),
            First(sizes, "max_position_embeddings", "n_positions", "n_ctx", "maxTokens"), First(json, "bos_token_id") ?? First(sizes, "bos_token_id"),
            Tokens(json, "eos_token_id") is { Count: > 0 } ends ? ends : Tokens(sizes, "eos_token_id"), First(json, "pad_token_id"), ReadLabels(json), json);
    }

    internal static int? Smaller(int? a, int? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    internal static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static int? First(JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)) return number;
        return null;
    }

    /// <summary>A token id, or several.</summary>
    internal static IReadOnlyList<int> Tokens(JsonElement json, string name)
    {
        if (First(json, name) is { } one) return [one];
        if (!json.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.Array) return [];
        return [.. value.EnumerateArray().Where(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out _)).Select(id => id.GetInt32())];
    }

    private static string[] Texts(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!)] : [];

    private static string[] ReadLabels(JsonElement json)
    {
        if (!json.TryGetProperty("id2label", out JsonElement labels) || labels.ValueKind != JsonValueKind.Object) return [];
        SortedDictionary<int, string> byId = [];
        foreach (JsonProperty label in labels.EnumerateObject())
        {
            if (!int.TryParse(label.Name, out int id) || label.Value.ValueKind != JsonValueKind.String) throw BadFolder.Because($"config.json: the label '{label.Name}' of id2label is not understood.");
            byId[id] = label.Value.GetString()!;
        }
        return byId.Keys.SequenceEqual(Enumerable.Range(0, byId.Count)) ? [.. byId.Values] : throw BadFolder.Because("config.json: the labels of id2label are not numbered from 0 without gaps.");
    }
}

/// <summary>How the model's makers want it sampled; null where they do not say.</summary>
/// <param name="EndTokens">Tokens that end an answer: those of this file, or else of config.json.</param>
public sealed record ModelFolderGeneration(bool? Sample, double? Temperature, double? TopP, int? TopK, double? MinP, double? RepetitionPenalty, int? MaxNewTokens, IReadOnlyList<int> EndTokens)
{
    internal static ModelFolderGeneration Read(JsonElement json, ModelFolderConfig config) => new(
        json.TryGetProperty("do_sample", out JsonElement sample) && sample.ValueKind is JsonValueKind.True or JsonValueKind.False ? sample.GetBoolean() : null,
        Number(json, "temperature"), Number(json, "top_p"), ModelFolderConfig.First(json, "top_k"), Number(json, "min_p"), Number(json, "repetition_penalty"),
        ModelFolderConfig.First(json, "max_new_tokens"), ModelFolderConfig.Tokens(json, "eos_token_id") is { Count: > 0 } ends ? ends : config.EndTokens);

    private static double? Number(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}

/// <summary>The special tokens by their role, as tokenizer_config.json and special_tokens_map.json name them.</summary>
/// <param name="All">By the names that chat templates use: bos_token, eos_token, …</param>
public sealed record ModelFolderSpecialTokens(IReadOnlyDictionary<string, object?> All)
{
    public string? Begin => Get("bos_token");

    public string? End => Get("eos_token");

    public string? Pad => Get("pad_token");

    private string? Get(string role) => All.TryGetValue(role, out object? token) ? (string?)token : null;

    internal static ModelFolderSpecialTokens Read(JsonElement tokenizer, JsonElement map)
    {
        Dictionary<string, object?> all = new(StringComparer.Ordinal);
        foreach (JsonElement file in (JsonElement[])[map, tokenizer])
        {
            foreach (JsonProperty property in file.EnumerateObject().Where(p => p.Name.EndsWith("_token", StringComparison.Ordinal)))
            {
                // A token is written plainly or as an object with its content.
                string? content = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : ModelFolderConfig.Text(property.Value, "content");
                if (content is not null) all[property.Name] = content;
            }
        }
        return new ModelFolderSpecialTokens(all);
    }
}
