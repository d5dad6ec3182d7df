using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Designer.Flows;

/// <summary>A small read-only map that keeps the order of the document it was read from.</summary>
public sealed class OrderedMap<T>(IReadOnlyList<KeyValuePair<string, T>> entries) : IReadOnlyDictionary<string, T>
{
    public static readonly OrderedMap<T> Empty = new([]);

    public T this[string key] => TryGetValue(key, out T? value) ? value : throw new KeyNotFoundException(key);
    public IEnumerable<string> Keys => entries.Select(e => e.Key);
    public IEnumerable<T> Values => entries.Select(e => e.Value);
    public int Count => entries.Count;
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value)
    {
        foreach ((string name, T entry) in entries)
        {
            if (name != key) continue;
            value = entry;
            return true;
        }
        value = default;
        return false;
    }

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => entries.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
