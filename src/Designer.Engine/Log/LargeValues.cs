using System.Buffers;
using System.Text;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>An event's values that are too large for the log, by member. They stand beside the values, so that no value can pass for one.</summary>
public sealed record LargeValues(LargeValue? Input = null, LargeValue? Output = null, LargeValue? Inputs = null, LargeValue? Outputs = null);

/// <param name="Id">Of its JSON in the blob store; null where it only was too large to be sent along.</param>
/// <param name="Size">Of its JSON, in bytes.</param>
/// <param name="Preview">The first characters of its JSON.</param>
public sealed record LargeValue(string? Id, long Size, string Preview)
{
    /// <summary>In bytes of JSON; what is larger goes to the blob store and travels by reference.</summary>
    public const int Limit = 256 * 1024;
    private const int PreviewBytes = 2_000;

    internal static LargeValue Of(string? id, ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> start = json[..Math.Min(PreviewBytes, json.Length)];
        // A character is not cut in two.
        while (start.Length > 0 && start.Length < json.Length && (json[start.Length] & 0xC0) == 0x80) start = start[..^1];
        return new LargeValue(id, json.Length, Encoding.UTF8.GetString(start));
    }
}

/// <summary>Where a large event stands among the lines of its batch.</summary>
internal readonly record struct LargeLine(RunEvent Event, int Start, int Length);

/// <summary>Moves large values between events and the blob store.</summary>
public static class LargeEvents
{
    /// <summary>The event with previews instead of its large values, as a reader gets it who asks for values one by one.</summary>
    public static RunEvent Preview(RunEvent e) => e.Data is not { } data ? e : With(e, new(
        Cut(data.Input, data.Large?.Input), Cut(data.Output, data.Large?.Output), Cut(data.Inputs, data.Large?.Inputs), Cut(data.Outputs, data.Large?.Outputs)));

    private static LargeValue? Cut(object? value, LargeValue? known)
    {
        if (known is not null || value is null) return known;
        ArrayBufferWriter<byte> json = LargeStore.Write(value);
        return json.WrittenCount > LargeValue.Limit ? LargeValue.Of(null, json.WrittenSpan) : null;
    }

    /// <summary>The batch's lines with references in place of large values, which are in the blob store then.</summary>
    internal static async ValueTask<ReadOnlyMemory<byte>> StoreAsync(ReadOnlyMemory<byte> lines, IReadOnlyList<LargeLine> large, SecretMask mask, LargeStore store)
    {
        ArrayBufferWriter<byte> result = new();
        int done = 0;
        foreach (LargeLine line in large)
        {
            result.Write(mask.Mask(lines[done..line.Start]).Span);
            EventData data = line.Event.Data!;
            RunEvent small = With(line.Event, new(
                await store.StoreAsync(data.Input).ConfigureAwait(false), await store.StoreAsync(data.Output).ConfigureAwait(false),
                await store.StoreAsync(data.Inputs).ConfigureAwait(false), await store.StoreAsync(data.Outputs).ConfigureAwait(false)));
            ArrayBufferWriter<byte> one = new();
            EventJson.WriteLine(one, small);
            result.Write(mask.Mask(one.WrittenMemory).Span);
            done = line.Start + line.Length;
        }
        result.Write(mask.Mask(lines[done..]).Span);
        return result.WrittenMemory;
    }

    /// <summary>The event with its values whole again.</summary>
    /// <param name="open">Null when a blob is gone; then that value stays a preview.</param>
    internal static async ValueTask<RunEvent> RestoreAsync(RunEvent e, Func<string, ValueTask<Stream?>> open)
    {
        if (e.Data?.Large is not { } large) return e;
        EventData data = e.Data;
        if (await LargeStore.ReadAsync(large.Input, open).ConfigureAwait(false) is { } input) (data, large) = (data with { Input = input }, large with { Input = null });
        if (await LargeStore.ReadAsync(large.Output, open).ConfigureAwait(false) is { } output) (data, large) = (data with { Output = output }, large with { Output = null });
        if (await LargeStore.ReadAsync(large.Inputs, open).ConfigureAwait(false) is { } inputs) (data, large) = (data with { Inputs = inputs }, large with { Inputs = null });
        if (await LargeStore.ReadAsync(large.Outputs, open).ConfigureAwait(false) is { } outputs) (data, large) = (data with { Outputs = outputs }, large with { Outputs = null });
        return e with { Data = data with { Large = large == new LargeValues() ? null : large } };
    }

    private static RunEvent With(RunEvent e, LargeValues large) => large == new LargeValues() ? e : e with
    {
        Data = e.Data! with
        {
            Input = large.Input is null ? e.Data.Input : null,
            Output = large.Output is null ? e.Data.Output : null,
            Inputs = large.Inputs is null ? e.Data.Inputs : null,
            Outputs = large.Outputs is null ? e.Data.Outputs : null,
            Large = large,
        },
    };
}
