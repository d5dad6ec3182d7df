using System.Text;

namespace Designer.Models.Onnx.Sessions;

/// <summary>What a model's file says about itself without being loaded: its operators, and how many bytes of weights it brings.</summary>
/// <param name="Operators">The operator types of the main graph.</param>
/// <param name="Bytes">The file with its external data: what loading takes, about.</param>
internal sealed record GraphFile(IReadOnlySet<string> Operators, long Bytes)
{
    // Field numbers of onnx.proto.
    private const int ModelGraph = 7, GraphNode = 1, NodeOperator = 4;
    private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

    /// <exception cref="ModelException">The file is no ONNX graph.</exception>
    public static GraphFile Read(string path)
    {
        using var stream = new BufferedStream(File.OpenRead(path), 1 << 16);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        var operators = new HashSet<string>();
        try
        {
            Visit(reader, stream.Length, (field, end) =>
            {
                if (field != ModelGraph) return;
                Visit(reader, end, (inner, nodeEnd) =>
                {
                    if (inner == GraphNode) Visit(reader, nodeEnd, (part, textEnd) =>
                    {
                        if (part == NodeOperator) operators.Add(Encoding.UTF8.GetString(reader.ReadBytes((int)(textEnd - stream.Position))));
                    });
                });
            });
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw new ModelException(ModelErrorCodes.Refused, $"{Path.GetFileName(path)} is not an ONNX graph.", inner: e);
        }
        return new GraphFile(operators, Size(path));
    }

    // External data stands beside the graph as model.onnx_data, model.onnx.data, model.onnx_data_1 …
    private static long Size(string path)
    {
        var name = Path.GetFileName(path);
        return Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{name}*")
            .Where(file => Path.GetFileName(file) == name || Path.GetFileName(file)[name.Length..] is ['_' or '.', 'd', 'a', 't', 'a', ..])
            .Sum(file => new FileInfo(file).Length);
    }

    /// <summary>Calls back for each length-delimited field up to <paramref name="end"/>, and skips what was not read.</summary>
    private static void Visit(BinaryReader reader, long end, Action<int, long> visit)
    {
        var stream = reader.BaseStream;
        while (stream.Position < end)
        {
            var key = reader.Read7BitEncodedInt64();
            switch (key & 7)
            {
                case Varint: reader.Read7BitEncodedInt64(); break;
                case Fixed64: stream.Seek(8, SeekOrigin.Current); break;
                case Fixed32: stream.Seek(4, SeekOrigin.Current); break;
                case Delimited:
                    var length = reader.Read7BitEncodedInt64();
                    var next = stream.Position + length;
                    if (length < 0 || next > end) throw new FormatException();
                    visit((int)(key >> 3), next);
                    stream.Position = next;
                    break;
                default: throw new FormatException();
            }
        }
    }
}
