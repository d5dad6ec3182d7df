namespace Designer.Models.Onnx.Chat;

/// <summary>Lets text through until one of the stop strings appears; what may be its beginning waits.</summary>
internal sealed class StopStrings(IEnumerable<string> stops)
{
    // An empty one stands everywhere and would end each answer before its first word.
    private readonly string[] _stops = [.. stops.Where(stop => stop.Length > 0)];
    private string _held = "";

    /// <summary>The text that can be shown now, and whether a stop string was found: it and what follows are swallowed.</summary>
    public (string Text, bool Found) Append(string text)
    {
        if (_stops.Length == 0) return (text, false);
        var all = _held + text;
        var at = -1;
        foreach (var stop in _stops)
            if (all.IndexOf(stop, StringComparison.Ordinal) is >= 0 and var found && (at < 0 || found < at)) at = found;
        if (at >= 0) return (all[..at], true);
        var keep = _stops.Max(stop => Overlap(all, stop));
        _held = all[^keep..];
        return (all[..^keep], false);
    }

    /// <summary>What waited in vain.</summary>
    public string Finish() => _held;

    /// <summary>How many characters at the end of the text are the beginning of the stop string.</summary>
    private static int Overlap(string text, string stop)
    {
        for (var length = Math.Min(stop.Length - 1, text.Length); length > 0; length--)
            if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length))) return length;
        return 0;
    }
}
