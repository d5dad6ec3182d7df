namespace Designer.Flows;

/// <summary>Parts that stand in a list of the document by themselves: notes, groups.</summary>
internal sealed class PartList<T>(Sentence what, IReadOnlyList<T> parts, Func<T, string> idOf)
{
    private readonly List<T> _parts = [.. parts];

    public List<T> ToList() => [.. _parts];

    /// <returns>The part's id.</returns>
    public string Add(T part, int? index)
    {
        string id = idOf(part);
        if (id.Length == 0) throw new EditRefused("edit.invalid", $"A {what} needs an id.");
        if (_parts.Exists(p => idOf(p) == id)) throw EditRefused.Exists(what, id);
        _parts.Insert(Math.Clamp(index ?? _parts.Count, 0, _parts.Count), part);
        return id;
    }

    public Op Remove(string id, Func<T, int, Op> undo)
    {
        int index = IndexOf(id);
        T part = _parts[index];
        _parts.RemoveAt(index);
        return undo(part, index);
    }

    /// <returns>The part as it was.</returns>
    public T Set(T part)
    {
        int index = IndexOf(idOf(part));
        T was = _parts[index];
        _parts[index] = part;
        return was;
    }

    private int IndexOf(string id) => _parts.FindIndex(p => idOf(p) == id) is >= 0 and int index ? index : throw EditRefused.NotFound(what, id);
}
