namespace Designer.Knowledge;

/// <summary>A document cut into sections. Positions are UTF-16 units from the start of its text.</summary>
internal sealed record Outline(string Title, IReadOnlyList<Section> Sections);

/// <summary>The blocks under one heading. <paramref name="Title"/>: the path of headings, e.g. "Leave › Carry-over".</summary>
internal sealed record Section(string Title, IReadOnlyList<Block> Blocks);

/// <summary>A paragraph, or (<paramref name="IsWhole"/>) a list, table or code block, which is cut only when it is very long.</summary>
internal readonly record struct Block(int Start, int End, bool IsWhole = false)
{
    public int Length => End - Start;
}

/// <summary>A passage for the index: a slice of the document's text under the title of its section.</summary>
internal readonly record struct Passage(string Title, int Start, int End)
{
    public int Length => End - Start;
}
