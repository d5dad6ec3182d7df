using System.Numerics;

namespace Designer.Models.Onnx.Tokenizers;

/// <summary>A map from a pair of integers to a number, by open addressing. It is asked several times for each character of a text, where
/// a general dictionary's hashing and comparer would be most of the work.</summary>
internal sealed class PairTable
{
    private ulong[] _keys;
    private long[] _values;
    private int _mask;

    public PairTable(int expected)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, expected * 2));
        (_keys, _values, _mask) = (new ulong[size], new long[size], size - 1);
    }

    public int Count { get; private set; }

    /// <summary>Adds a pair unless it is there.</summary>
    public bool TryAdd(int left, int right, long value)
    {
        if (Count * 2 >= _keys.Length) Grow();
        ulong key = Key(left, right);
        int at = Slot(key);
        if (_keys[at] == key) return false;
        (_keys[at], _values[at]) = (key, value);
        Count++;
        return true;
    }

    public bool TryGet(int left, int right, out long value)
    {
        ulong key = Key(left, right);
        int at = Slot(key);
        value = _values[at];
        return _keys[at] == key;
    }

    private int Slot(ulong key)
    {
        int at = (int)((key * 0x9E3779B97F4A7C15UL) >> 32) & _mask;
        while (_keys[at] != 0 && _keys[at] != key) at = (at + 1) & _mask;
        return at;
    }

    // Zero marks an empty slot, so no key may be zero.
    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32 | (uint)right) + 1;

    private void Grow()
    {
        (ulong[] keys, long[] values) = (_keys, _values);
        (_keys, _values, _mask) = (new ulong[keys.Length * 2], new long[keys.Length * 2], keys.Length * 2 - 1);
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] == 0) continue;
            int at = Slot(keys[i]);
            (_keys[at], _values[at]) = (keys[i], values[i]);
        }
    }
}
