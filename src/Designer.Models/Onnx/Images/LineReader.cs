using System.Text;
using Designer.Models.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>Reads one line of text after the other (PP-OCR recognition): for each narrow column the graph names a character, or none.</summary>
internal sealed class LineReader : IDisposable
{
    private const int Height = 48;
    private const int LongestLine = 4096;

    private readonly InferenceSession _session;
    private readonly RunOptions _options = SessionOpening.Run();
    private readonly PixelTensor _pixels = new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f], IsBlueFirst: true);
    private readonly string[] _characters;

    /// <param name="characters">The file that lists them; null where the graph does, as many exports do under this name.</param>
    public LineReader(string graph, string? characters, OnnxSettings settings)
    {
        _session = SessionOpening.Open(graph, settings);
        try
        {
            IEnumerable<string> listed = characters is not null ? File.ReadLines(characters)
                : _session.ModelMetadata.CustomMetadataMap.TryGetValue("character", out var own) ? own.TrimEnd('\n').Split('\n')
                : throw BadFolder.Because("The list of characters is missing: a file such as ppocr_keys_v1.txt.");
            // Number 0 is "no character", and the space comes last.
            _characters = ["", .. listed.Select(line => line.TrimEnd('\r')), " "];
            var count = _session.OutputMetadata[_session.OutputNames[0]].Dimensions[^1];
            if (count > 0 && count != _characters.Length) throw BadFolder.Because($"{Path.GetFileName(characters ?? graph)} names {_characters.Length - 2} characters, and the graph knows {count - 2}.");
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    public (string Text, float Score) Read(SKBitmap picture, LineBox box)
    {
        var width = Math.Clamp((int)MathF.Ceiling(Height * box.Length / box.Height), 16, LongestLine);
        using var line = box.IsUpright ? Picture.Resize(picture, SKRectI.Round(box.Bounds), width, Height) : Picture.Cut(picture, box, width, Height);
        var values = new float[3 * width * Height];
        _pixels.Write(line, values, width, Height);
        using var input = OrtValue.CreateTensorValueFromMemory(values, [1, 3, Height, width]);
        using var outputs = _session.Run(_options, _session.InputNames, [input], _session.OutputNames);
        return Decode(outputs[0].GetTensorDataAsSpan<float>());
    }

    // A character that goes on over several columns is one; two in a row have "none" between them.
    private (string Text, float Score) Decode(ReadOnlySpan<float> chances)
    {
        var text = new StringBuilder();
        var (last, sum, count) = (0, 0f, 0);
        for (var at = 0; at < chances.Length; at += _characters.Length)
        {
            var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(chances.Slice(at, _characters.Length));
            if (best != 0 && best != last)
            {
                text.Append(_characters[best]);
                (sum, count) = (sum + chances[at + best], count + 1);
            }
            last = best;
        }
        return (text.ToString(), count == 0 ? 0 : sum / count);
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
