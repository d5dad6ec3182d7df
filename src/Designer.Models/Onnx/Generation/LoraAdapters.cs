using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Generation;

/// <summary>The LoRA adapters of a model's folder: <c>NAME.onnx_adapter</c>, read when first asked for and kept.</summary>
internal sealed class LoraAdapters : IDisposable
{
    private const string Extension = ".onnx_adapter";
    private readonly Dictionary<string, string> _files;
    private readonly Dictionary<string, OrtLoraAdapter> _loaded = [];

    /// <param name="takesAdapters">Whether the graph has inputs that an adapter can override.</param>
    public LoraAdapters(string folder, bool takesAdapters) => _files = takesAdapters
        ? Directory.EnumerateFiles(folder, $"*{Extension}").ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal)
        : [];

    public IReadOnlyCollection<string> Names => _files.Keys;

    /// <exception cref="ModelException">The model has no adapter of that name.</exception>
    public void Require(string name)
    {
        if (!_files.ContainsKey(name)) throw new ModelException(ModelErrorCodes.Refused, $"The model has no LoRA adapter '{name}'.{(_files.Count == 0 ? "" : $" It has: {string.Join(", ", _files.Keys.Order(StringComparer.Ordinal))}.")}");
    }

    public OrtLoraAdapter Load(string name)
    {
        if (_loaded.TryGetValue(name, out var adapter)) return adapter;
        Require(name);
        return _loaded[name] = OrtLoraAdapter.Create(_files[name], null);
    }

    public void Dispose()
    {
        foreach (var adapter in _loaded.Values) adapter.Dispose();
    }
}
