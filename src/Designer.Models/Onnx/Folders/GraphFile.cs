using System.Text;

namespace Designer.Models.Onnx.Folders;

/// <summary>What a model's file says about itself without being loaded.</summary>
/// <param name="Operators">The operator types of the main graph.</param>
/// <param name="Inputs">Names of what it takes, weights that may be overridden included.</param>
/// <param name="Outputs">Names of what it gives.</param>
/// <param name="Bytes">The file with its external data: what loading takes, about.</param>
internal sealed record GraphFile(IReadOnlySet<string> Operators, IReadOnlySet<string> Inputs, IReadOnlySet<string> Outputs, long Bytes)
{
    // Field numbers of onnx.proto.
    private const int ModelGraph = 7, GraphNode = 1, GraphWeights = 5, GraphInput = 11, GraphOutput = 12, NodeOperator = 4, ValueName = 1, WeightsElsewhere = 13, EntryKey = 1, EntryValue = 2;
    private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;
    private const int LongestName = 4096;

    /// <exception cref="ModelException">The file is no ONNX graph.</exception>
    public static GraphFile Read(string path)
    {
        HashSet<string> operators = [], inputs = [], outputs = [], elsewhere = [];
        try
        {
            using var stream = new BufferedStream(File.OpenRead(path), 1 << 16);
            using var reader = new BinaryReader(stream, Encoding.UTF8);
            Visit(reader, stream.Length, (field, end) =>
            {
                if (field == ModelGraph) Visit(reader, end, (part, partEnd) =>
                {
                    if (part == GraphNode) Collect(reader, partEnd, NodeOperator, operators);
                    if (part == GraphWeights) Visit(reader, partEnd, (of, ofEnd) => { if (of == WeightsElsewhere) CollectPlace(reader, ofEnd, elsewhere); });
                    if (part == GraphInput) Collect(reader, partEnd, ValueName, inputs);
                    if (part == GraphOutput) Collect(reader, partEnd, ValueName, outputs);
                });
            });
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or UnauthorizedAccessException)
        {
            throw BadFolder.Because($"{Path.GetFileName(path)} cannot be read as an ONNX graph.", e);
        }
        if (outputs.Count == 0) throw BadFolder.Because($"{Path.GetFileName(path)} is not an ONNX graph.");
        var missing = elsewhere.FirstOrDefault(place => Path.GetFileName(place) == place && !File.Exists(Path.Combine(Path.GetDirectoryName(path)!, place)));
        if (missing is not null) throw BadFolder.Because($"{Path.GetFileName(path)} has its weights in {missing}, and that file is not beside it.");
        return new GraphFile(operators, inputs, outputs, Size(path));
    }

    private static void Collect(BinaryReader reader, long end, int name, HashSet<string> names) => Visit(reader, end, (field, textEnd) =>
    {
        var length = textEnd - reader.BaseStream.Position;
        if (field == name && length <= LongestName) names.Add(Encoding.UTF8.GetString(reader.ReadBytes((int)length)));
    });

    private static long Size(string path) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(path)!).Where(file => file == path || ExternalData.IsOf(path, file)).Sum(file => new FileInfo(file).Length);

    // Beside the file's name stand where in it the weights begin, how long they are and their checksum.
    private static void CollectPlace(BinaryReader reader, long end, HashSet<string> places)
    {
        HashSet<string> keys = [], values = [];
        Visit(reader, end, (field, textEnd) =>
        {
            var length = textEnd - reader.BaseStream.Position;
            if (length <= LongestName && field is EntryKey or EntryValue) (field == EntryKey ? keys : values).Add(Encoding.UTF8.GetString(reader.ReadBytes((int)length)));
        });
        if (keys.Contains("location")) places.UnionWith(values);
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
