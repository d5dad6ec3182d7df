using System.Text;

namespace Designer.Models.Tests.Onnx.Graphs;

/// <summary>Fields as they stand in an ONNX file, for what the builder of graphs does not write.</summary>
internal static class Wire
{
    public static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    /// <summary>A field that holds others.</summary>
    public static byte[] Field(int number, params byte[][] parts)
    {
        byte[] body = [.. parts.SelectMany(p => p)];
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write7BitEncodedInt(number << 3 | 2);
        writer.Write7BitEncodedInt(body.Length);
        writer.Write(body);
        return stream.ToArray();
    }
}
