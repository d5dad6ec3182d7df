using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Web.Features.Runs;

/// <summary>
/// A run's events as server-sent events: <c>event</c> is the type, <c>id</c> the event's number (text has none), <c>data</c> the event as JSON.
/// A comment goes out when nothing happens for a while, so that proxies keep the connection.
/// </summary>
public static class RunStream
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>Where to begin: after <c>Last-Event-ID</c>, or at <c>?from=N</c>, else at the beginning.</summary>
    public static long From(HttpRequest request)
    {
        if (long.TryParse(request.Headers["Last-Event-ID"], out long last) && last >= 0) return last + 1;
        return long.TryParse(request.Query["from"], out long from) && from > 0 ? from : 1;
    }

    public static async Task WriteAsync(HttpContext http, Guid runId, IAsyncEnumerable<RunEvent> events, TimeProvider? clock = null)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-transform";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Response.Headers["X-Run-Id"] = runId.ToString();
        PipeWriter body = http.Response.BodyWriter;
        CancellationToken left = http.RequestAborted;
        await http.Response.StartAsync(left);
        await body.FlushAsync(left);
        using Utf8JsonWriter json = new(body, new JsonWriterOptions { Encoder = FlowJson.Options.Encoder, SkipValidation = true });
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(left);
        await using StreamPings pings = new(body, Silence, clock ?? TimeProvider.System);
        await using IAsyncEnumerator<RunEvent> reader = events.GetAsyncEnumerator(enough.Token);
        while (await NextAsync(reader.MoveNextAsync(), body, pings, enough)) Write(body, json, reader.Current, runId);
        await body.FlushAsync(left);
    }

    // What is at hand goes out as one piece; only then the connection is flushed. Pooled, because it runs for each piece of text.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> NextAsync(ValueTask<bool> next, PipeWriter body, StreamPings pings, CancellationTokenSource enough)
    {
        if (next.IsCompleted) return await next;
        try
        {
            await body.FlushAsync(enough.Token);
        }
        catch
        {
            // The caller has gone in the middle of a step, and an iterator refuses to be disposed there.
            await enough.CancelAsync();
            await ((Task)next.AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        pings.Allow();
        try
        {
            return await next;
        }
        finally
        {
            await pings.ForbidAsync();
        }
    }

    private static void Write(PipeWriter body, Utf8JsonWriter json, RunEvent e, Guid runId)
    {
        body.Write("event: "u8);
        Ascii(body, EventJson.NameOf(e.Type));
        if (e.Seq > 0)
        {
            body.Write("\nid: "u8);
            Ascii(body, e.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        body.Write("\ndata: "u8);
        json.Reset(body);
        EventJson.Write(json, e, runId);
        json.Flush();
        body.Write("\n\n"u8);
    }

    private static void Ascii(PipeWriter body, string text) => body.Advance(System.Text.Encoding.ASCII.GetBytes(text, body.GetSpan(text.Length)));
}
