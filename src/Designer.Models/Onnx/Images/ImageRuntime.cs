using Designer.Models.Kinds;
using Designer.Models.Onnx.Classifying;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>An image classifier in memory.</summary>
internal sealed class ImageRuntime : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = SessionOpening.Run();
    private readonly PixelTensor _pixels;
    private readonly Labels _labels;
    private readonly int _width, _height;
    private readonly bool _givesChances;

    public ImageRuntime(OnnxFolder folder, OnnxSettings settings)
    {
        _labels = KnownLabels.Find(folder.Graph) is { } known ? Labels.Of(known) : Labels.Read(folder.Folder);
        _session = SessionOpening.Open(folder.Graph, settings);
        var dimensions = _session.InputMetadata[_session.InputNames[0]].Dimensions;
        if (dimensions.Length != 4) throw BadFolder.Because("The graph takes no pictures: its input has not four dimensions.");
        var isChannelLast = dimensions[3] == 3;
        var settingsFile = JsonFile.Read(folder.Folder, "preprocessor_config.json");
        var side = settingsFile["size"] is { ValueKind: System.Text.Json.JsonValueKind.Number } size ? size.GetInt32() : 224;
        (_height, _width) = isChannelLast ? (Or(dimensions[1], side), Or(dimensions[2], side)) : (Or(dimensions[2], side), Or(dimensions[3], side));
        _pixels = new PixelTensor(Three(settingsFile, "image_mean", 0), Three(settingsFile, "image_std", 1), IsChannelLast: isChannelLast);
        _givesChances = _session.OutputNames[0].Contains("prob", StringComparison.OrdinalIgnoreCase);
    }

    public IReadOnlyList<LabelScore> Classify(ReadOnlyMemory<byte> content)
    {
        using var picture = Picture.Decode(content);
        using var resized = Picture.Resize(picture, SKRectI.Create(picture.Width, picture.Height), _width, _height);
        var values = new float[3 * _width * _height];
        _pixels.Write(resized, values, _width, _height);
        long[] shape = _pixels.IsChannelLast ? [1, _height, _width, 3] : [1, 3, _height, _width];
        using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
        using var outputs = _session.Run(_options, [_session.InputNames[0]], [input], [_session.OutputNames[0]]);
        var scores = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        if (!_givesChances) System.Numerics.Tensors.TensorPrimitives.SoftMax<float>(scores, scores);
        return _labels.Rank(scores);
    }

    private static int Or(int dimension, int otherwise) => dimension > 0 ? dimension : otherwise;

    private static float[] Three(JsonFile file, string name, float otherwise) =>
        file[name] is { ValueKind: System.Text.Json.JsonValueKind.Array } values && values.GetArrayLength() == 3 ? [.. values.EnumerateArray().Select(v => v.GetSingle())] : [otherwise, otherwise, otherwise];

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}

internal sealed class OnnxImageClassifier(OnnxModels models, OnnxFolder folder) : IFileClassifier
{
    public async Task<IReadOnlyList<LabelScore>> ClassifyAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        using var lease = await models.UseAsync(folder, (f, settings) => new ImageRuntime(f, settings), cancellation);
        var model = lease.Model;
        return await Task.Run(() => model.Classify(content), cancellation);
    }
}
