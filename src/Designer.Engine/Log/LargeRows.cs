using System.Runtime.InteropServices;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Moves a run's own large input and output between its row and the blob store.</summary>
public static class LargeRows
{
    /// <summary>The row with previews instead of its large values.</summary>
    public static RunRow Preview(RunRow row) =>
        !IsLarge(row.Input) && !IsLarge(row.Output ?? default) ? row : With(row, Cut(row.Input), row.Output is { } output ? Cut(output) : null);

    /// <summary>Whether the batch's row has something that the log cannot take. A run's input is written once, with its start.</summary>
    internal static bool IsLarge(RunBatch batch) => batch.Row is { } row && (batch.IsNew && IsLarge(row.Input) || IsLarge(row.Output ?? default));

    private static bool IsLarge(JsonElement value) => value.ValueKind != JsonValueKind.Undefined && JsonMarshal.GetRawUtf8Value(value).Length > LargeValue.Limit;

    /// <summary>The row as the log takes it. A value that was long for its white space only is written without.</summary>
    internal static async ValueTask<RunRow?> StoreAsync(RunBatch batch, LargeStore store)
    {
        if (!IsLarge(batch)) return batch.Row;
        RunRow row = batch.Row!;
        RunRow compact = row with { Input = batch.IsNew ? Compact(row.Input) : default, Output = row.Output is { } output ? Compact(output) : null };
        return With(compact, await LargeAsync(compact.Input, store).ConfigureAwait(false), compact.Output is { } given ? await LargeAsync(given, store).ConfigureAwait(false) : null);
    }

    private static async ValueTask<LargeValue?> LargeAsync(JsonElement value, LargeStore store) => IsLarge(value) ? await store.StoreAsync(value).ConfigureAwait(false) : null;

    private static JsonElement Compact(JsonElement value) =>
        IsLarge(value) && LargeStore.Write(value) is { WrittenCount: <= LargeValue.Limit } json ? JsonElement.Parse(json.WrittenSpan, EventJson.ReaderOptions) : value;

    /// <summary>The row with its values whole again. One whose blob is gone stays a preview.</summary>
    internal static async ValueTask<RunRow> RestoreAsync(RunRow row, Func<string, ValueTask<Stream?>> open)
    {
        if (row.Large is not { } large) return row;
        if (await LargeStore.ReadAsync(large.Input, open).ConfigureAwait(false) is { } input) (row, large) = (row with { Input = input }, large with { Input = null });
        if (await LargeStore.ReadAsync(large.Output, open).ConfigureAwait(false) is { } output) (row, large) = (row with { Output = output }, large with { Output = null });
        return row with { Large = large == new LargeValues() ? null : large };
    }

    private static LargeValue? Cut(JsonElement value) => IsLarge(value) ? LargeValue.Of(null, JsonMarshal.GetRawUtf8Value(value)) : null;

    private static RunRow With(RunRow row, LargeValue? input, LargeValue? output) => row with
    {
        Input = input is null ? row.Input : default,
        Output = output is null ? row.Output : null,
        Large = input is null && output is null ? row.Large : new LargeValues(input ?? row.Large?.Input, output ?? row.Large?.Output),
    };
}
