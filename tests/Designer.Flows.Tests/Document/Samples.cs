namespace Designer.Flows.Tests.Document;

internal static class Samples
{
    /// <summary>A canonical document with every member of the format, and unknown members in every part.</summary>
    public static byte[] Handbook()
    {
        using Stream stream = typeof(Samples).Assembly.GetManifestResourceStream("handbook.flow.json")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static string Flow(string members) => $$"""{"schema":"designer.flow/1",{{members}}}""";
}
