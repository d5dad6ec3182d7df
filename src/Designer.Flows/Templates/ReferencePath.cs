namespace Designer.Flows;

/// <summary>A reference in a template: <c>search.chunks.size</c> has the root <c>search</c> and the path <c>chunks</c>, <c>size</c>.</summary>
/// <param name="Path">The parts after the root, as far as they are known before a run.</param>
/// <param name="IsHandled">True where a missing value is expected: under a <c>default</c> filter, in a condition, or in a branch whose condition asks for this root.</param>
public sealed record ReferencePath(string Root, IReadOnlyList<string> Path, bool IsHandled = false)
{
    /// <summary>As a person writes it: <c>search.chunks.size</c>.</summary>
    public string Text => Path.Count == 0 ? Root : $"{Root}.{string.Join('.', Path)}";

    public bool Equals(ReferencePath? other) => other is not null && IsHandled == other.IsHandled && Root == other.Root && Path.SequenceEqual(other.Path);
    public override int GetHashCode() => HashCode.Combine(Root, Path.Count, IsHandled);
    public override string ToString() => Text;
}
