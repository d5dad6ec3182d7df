using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Generation;

/// <summary>The keys and values of a batch's rows. Rows have their own lengths, join from another cache and leave at any step.</summary>
internal abstract class KeyValueCache(DecoderGraph graph, TensorMemory memory) : IDisposable
{
    protected DecoderGraph Graph { get; } = graph;
    protected TensorMemory Memory { get; } = memory;
    protected List<int> RowLengths { get; } = [];

    /// <summary>The tokens that each row holds.</summary>
    public IReadOnlyList<int> Lengths => RowLengths;

    /// <summary>Whether shorter rows are padded before their first token, or after their last.</summary>
    public abstract bool PadsLeft { get; }

    public static KeyValueCache Create(DecoderGraph graph, TensorMemory memory) => graph.SharesBuffer ? new SharedCache(graph, memory) : new GrowingCache(graph, memory);

    /// <summary>Bytes that a batch takes at most when its longest row reaches <paramref name="length"/>.</summary>
    public static long BytesFor(DecoderGraph graph, int rows, int length) =>
        // The growing cache holds the old and the new tensors during a step; the shared one grows by doubling.
        2L * rows * length * graph.CacheBytesPerToken;

    /// <summary>Adds rows that hold nothing yet.</summary>
    public abstract void AddEmpty(int rows);

    /// <summary>The past and present tensors for a step that adds up to <paramref name="step"/> tokens to each row.</summary>
    public abstract void Prepare(int step, Span<OrtValue> past, Span<OrtValue> present);

    /// <summary>The step was run: row by row so many tokens were added.</summary>
    public abstract void Advance(ReadOnlySpan<int> counts);

    /// <summary>Takes over the rows of another cache, which is empty afterwards.</summary>
    public abstract void Append(KeyValueCache other);

    /// <summary>Row <c>rows[i]</c> becomes row <c>i</c>, and the others are forgotten. A row stays or comes from behind the new end.</summary>
    public abstract void Keep(IReadOnlyList<int> rows);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
