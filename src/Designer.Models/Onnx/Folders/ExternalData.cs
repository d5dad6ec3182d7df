namespace Designer.Models.Onnx.Folders;

/// <summary>The weights that are too large for a graph's own file stand beside it: <c>model.onnx_data</c>, <c>model.onnx.data</c>, <c>model.onnx_data_1</c>, <c>model.data</c> …</summary>
internal static class ExternalData
{
    /// <param name="graph">Path of the graph; <paramref name="file"/> of the same kind.</param>
    public static bool IsOf(string graph, string file) => IsTail(file, graph) || (graph.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && IsTail(file, graph[..^".onnx".Length]));

    private static bool IsTail(string file, string start) =>
        file.StartsWith(start, StringComparison.Ordinal) && file[start.Length..] is ['_' or '.', 'd', 'a', 't', 'a', .. var rest] && rest.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
