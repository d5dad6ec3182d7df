using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Templates;
using Designer.Models.Onnx.Tokenizers;

namespace Designer.Models.Onnx;

/// <summary>A model as Hugging Face exports it: what its folder says about itself.</summary>
public sealed class ModelFolder
{
    private readonly ConcurrentDictionary<string, ChatTemplate> _parsed = new();

    private ModelFolder(ModelFolderFiles files)
    {
        Files = files;
        JsonElement empty = JsonElement.Parse("{}");
        JsonElement tokenizer = files.ReadObject("tokenizer_config.json") ?? empty;
        Config = ModelFolderConfig.Read(files.ReadObject("config.json") ?? empty);
        Generation = ModelFolderGeneration.Read(files.ReadObject("generation_config.json") ?? empty, Config);
        SpecialTokens = ModelFolderSpecialTokens.Read(tokenizer, files.ReadObject("special_tokens_map.json") ?? empty);
        ContextLength = ModelFolderConfig.Smaller(Config.MaxPositions, LengthOf(tokenizer));
        ChatTemplates = ReadTemplates(files, tokenizer);
        Variants = [.. files.List("*.onnx", "onnx").Select(name => ModelVariant.Read(files, name)).OrderBy(v => v.Name == "model" ? 0 : v.Name.StartsWith("model", StringComparison.Ordinal) ? 1 : 2)];
        Adapters = files.List("*.onnx_adapter", "adapters");
    }

    /// <exception cref="ModelException">The folder is missing, or a file in it is damaged or leads out of it.</exception>
    public static ModelFolder Open(string folder) => new(new ModelFolderFiles(folder));

    public ModelFolderFiles Files { get; }

    /// <summary>config.json; all defaults where there is none.</summary>
    public ModelFolderConfig Config { get; }

    /// <summary>generation_config.json.</summary>
    public ModelFolderGeneration Generation { get; }

    public ModelFolderSpecialTokens SpecialTokens { get; }

    /// <summary>How many tokens the model reads at most, or null where nobody says.</summary>
    public int? ContextLength { get; }

    /// <summary>Chat templates by name; the usual one is "default".</summary>
    public IReadOnlyDictionary<string, string> ChatTemplates { get; }

    /// <summary>The graphs in the folder and in its onnx folder: first <c>model.onnx</c>, then <c>model*.onnx</c>, then others.</summary>
    public IReadOnlyList<ModelVariant> Variants { get; }

    /// <summary>LoRA adapters (<c>*.onnx_adapter</c>).</summary>
    public IReadOnlyList<string> Adapters { get; }

    public bool HasTokenizer => Files.Find("tokenizer.json") is not null || Files.Find("tokenizer.model") is not null;

    public Tokenizer LoadTokenizer() => Tokenizer.Load(Files);

    /// <summary>The chat template to use; models with a template of their own for tools get it where tools are given. Null where there is none.</summary>
    public ChatTemplate? LoadChatTemplate(bool withTools = false) =>
        (withTools && ChatTemplates.TryGetValue("tool_use", out string? source)) || ChatTemplates.TryGetValue("default", out source) ? _parsed.GetOrAdd(source, ChatTemplate.Parse) : null;

    /// <summary>What a chat template may ask for beside messages and tools.</summary>
    public IReadOnlyDictionary<string, object?> TemplateVariables => SpecialTokens.All;

    private static int? LengthOf(JsonElement tokenizer) =>
        // Files without a limit say 1e30.
        tokenizer.TryGetProperty("model_max_length", out JsonElement length) && length.ValueKind == JsonValueKind.Number && length.TryGetDouble(out double value) && value is > 0 and < 1e9 ? (int)value : null;

    private static Dictionary<string, string> ReadTemplates(ModelFolderFiles files, JsonElement tokenizer)
    {
        Dictionary<string, string> templates = new(StringComparer.Ordinal);
        Add(tokenizer);
        if (files.ReadObject("chat_template.json") is { } json) Add(json);
        if (files.Find("chat_template.jinja") is not null) templates["default"] = Encoding.UTF8.GetString(files.Read("chat_template.jinja"));
        return templates;

        void Add(JsonElement config)
        {
            if (!config.TryGetProperty("chat_template", out JsonElement template)) return;
            if (template.ValueKind == JsonValueKind.String) templates["default"] = template.GetString()!;
            else if (template.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement named in template.EnumerateArray())
                    if (ModelFolderConfig.Text(named, "name") is { } name && ModelFolderConfig.Text(named, "template") is { } source) templates[name] = source;
            }
        }
    }
}

/// <summary>One graph of a model.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="File">Its place in the folder.</param>
/// <param name="Bytes">Its size, weights in files beside it included.</param>
/// <param name="Precision">What its name says: fp32, fp16, int8, q4, …</param>
public sealed record ModelVariant(string Name, string File, long Bytes, string Precision)
{
    private static readonly string[] s_precisions = ["q4f16", "q4", "int4", "bnb4", "fp16", "bf16", "int8", "uint8"];

    internal static ModelVariant Read(ModelFolderFiles files, string file)
    {
        string path = files.Find(file) ?? throw BadFolder.Because($"{file} disappeared.");
        string name = Path.GetFileNameWithoutExtension(file);
        long beside = Directory.EnumerateFiles(Path.GetDirectoryName(path)!).Where(f => ExternalData.IsOf(path, f)).Sum(f => new FileInfo(f).Length);
        string precision = s_precisions.FirstOrDefault(p => name.Contains(p, StringComparison.OrdinalIgnoreCase)) ?? (name.Contains("quantized", StringComparison.OrdinalIgnoreCase) ? "int8" : "fp32");
        return new ModelVariant(name, file, new FileInfo(path).Length + beside, precision);
    }
}
