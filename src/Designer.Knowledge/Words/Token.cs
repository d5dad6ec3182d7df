namespace Designer.Knowledge;

/// <summary>A searchable word.</summary>
/// <param name="Term">As it stands in the index: folded, stemmed, without spaces.</param>
/// <param name="IsPrefix">A single CJK character of a query, which finds every pair that begins with it.</param>
/// <param name="Weight">How much the word says: 1 for a content word, less for a pair that a function word has a part in, 0 for a function word.</param>
internal readonly record struct Token(string Term, bool IsPrefix = false, double Weight = 1);
