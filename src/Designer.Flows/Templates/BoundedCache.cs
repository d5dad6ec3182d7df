using System.Collections.Concurrent;

namespace Designer.Flows;

/// <summary>
/// Keeps at least the last <paramref name="capacity"/> things used and at most twice as many: when the young generation is full it becomes
/// the old one, and what is asked for again moves back. No lock on a hit.
/// </summary>
internal sealed class BoundedCache<T>(int capacity) where T : class
{
    private ConcurrentDictionary<string, T> _young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, T> _old = new(StringComparer.Ordinal);
    private int _count;

    public T GetOrAdd(string key, Func<string, T> create)
    {
        if (_young.TryGetValue(key, out T? found)) return found;
        T value = _old.TryGetValue(key, out found) ? found : create(key);
        if (_young.TryAdd(key, value) && Interlocked.Increment(ref _count) >= capacity)
        {
            _count = 0;
            _old = _young;
            _young = new(StringComparer.Ordinal);
        }
        return value;
    }
}
