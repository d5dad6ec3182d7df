using System.Runtime.InteropServices;
using System.Text;

namespace Designer.Models.Tests.Onnx.Graphs;

/// <summary>Writes small ONNX graphs by hand: just the fields of onnx.proto that the tests need.</summary>
#pragma warning disable CA1001 // A memory stream holds nothing that must be freed.
internal sealed class GraphWriter
#pragma warning restore CA1001
{
    public const int Float = 1, Int32 = 6, Int64 = 7, Half = 10, UInt8 = 2;

    private readonly MemoryStream _graph = new();

    /// <param name="shape">Numbers, or names of what is open.</param>
    public GraphWriter Input(string name, int type, params object[] shape) => Value(11, name, type, shape);

    public GraphWriter Output(string name, int type, params object[] shape) => Value(12, name, type, shape);

    public GraphWriter Weights<T>(string name, int type, T[] values, params long[] shape) where T : struct
    {
        var tensor = new MemoryStream();
        foreach (var side in shape) Number(tensor, 1, side);
        Number(tensor, 2, type);
        Text(tensor, 8, name);
        Bytes(tensor, 9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        Bytes(_graph, 5, tensor.ToArray());
        return this;
    }

    public GraphWriter Node(string operation, string[] inputs, string output, string domain = "", params (string Name, object Value)[] attributes)
    {
        var node = new MemoryStream();
        foreach (var input in inputs) Text(node, 1, input);
        Text(node, 2, output);
        Text(node, 4, operation);
        foreach (var (name, value) in attributes)
        {
            var attribute = new MemoryStream();
            Text(attribute, 1, name);
            if (value is int number)
            {
                Number(attribute, 3, number);
                Number(attribute, 20, 2);
            }
            else
            {
                foreach (var one in (int[])value) Number(attribute, 8, one);
                Number(attribute, 20, 7);
            }
            Bytes(node, 5, attribute.ToArray());
        }
        if (domain.Length > 0) Text(node, 7, domain);
        Bytes(_graph, 1, node.ToArray());
        return this;
    }

    public void Save(string path)
    {
        Text(_graph, 2, "test");
        var model = new MemoryStream();
        Number(model, 1, 8);
        Bytes(model, 7, _graph.ToArray());
        foreach (var (domain, version) in new[] { ("", 17), ("com.microsoft", 1) })
        {
            var operators = new MemoryStream();
            Text(operators, 1, domain);
            Number(operators, 2, version);
            Bytes(model, 8, operators.ToArray());
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, model.ToArray());
    }

    private GraphWriter Value(int field, string name, int type, object[] shape)
    {
        var sides = new MemoryStream();
        foreach (var side in shape)
        {
            var dimension = new MemoryStream();
            if (side is string open) Text(dimension, 2, open);
            else Number(dimension, 1, Convert.ToInt64(side, System.Globalization.CultureInfo.InvariantCulture));
            Bytes(sides, 1, dimension.ToArray());
        }
        var tensor = new MemoryStream();
        Number(tensor, 1, type);
        Bytes(tensor, 2, sides.ToArray());
        var wrapped = new MemoryStream();
        Bytes(wrapped, 1, tensor.ToArray());
        var value = new MemoryStream();
        Text(value, 1, name);
        Bytes(value, 2, wrapped.ToArray());
        Bytes(_graph, field, value.ToArray());
        return this;
    }

    private static void Number(Stream stream, int field, long value)
    {
        Variable(stream, (ulong)field << 3);
        Variable(stream, (ulong)value);
    }

    private static void Text(Stream stream, int field, string text) => Bytes(stream, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(Stream stream, int field, byte[] bytes)
    {
        Variable(stream, (ulong)field << 3 | 2);
        Variable(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    private static void Variable(Stream stream, ulong value)
    {
        for (; value > 127; value >>= 7) stream.WriteByte((byte)(value | 128));
        stream.WriteByte((byte)value);
    }
}
