using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Designer.Engine;
using Designer.Web.Features.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Web.Tests.Runs;

public sealed class RunStreamTests
{
    private static readonly RunEvent s_first = new(1, RunEventType.RunStarted, new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), null, 0, null);

    /// <summary>A run that says one thing and then nothing, as one that waits for a person does.</summary>
    private sealed class SilentRun
    {
        public TaskCompletionSource Silent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public bool IsClosed { get; private set; }

        public async IAsyncEnumerable<RunEvent> Events([EnumeratorCancellation] CancellationToken cancellation = default)
        {
            try
            {
                yield return s_first;
                TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Silent.SetResult();
                await never.Task.WaitAsync(cancellation);
            }
            finally
            {
                IsClosed = true;
            }
        }
    }

    // Closing a tab once left an unhandled NotSupportedException: an iterator refuses to be disposed in the middle of a step.
    [Fact]
    public async Task A_reader_that_leaves_while_the_run_is_silent_ends_the_watch()
    {
        SilentRun run = new();
        using CancellationTokenSource leaving = new();
        using MemoryStream body = new();
        DefaultHttpContext http = new() { RequestAborted = leaving.Token };
        http.Response.Body = body;

        Task writing = RunStream.WriteAsync(http, Guid.NewGuid(), run.Events());
        await run.Silent.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.True(run.IsClosed);
        Assert.Contains("id: 1", Encoding.UTF8.GetString(body.ToArray()));
    }

    [Fact]
    public async Task A_silent_stream_is_kept_alive_by_comments()
    {
        SilentRun run = new();
        FakeTimeProvider clock = new();
        using CancellationTokenSource leaving = new();
        Pipe pipe = new();
        DefaultHttpContext http = new() { RequestAborted = leaving.Token };
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(pipe.Writer.AsStream()));

        Task writing = RunStream.WriteAsync(http, Guid.NewGuid(), run.Events(), clock);
        await run.Silent.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        string told = "";
        // The stream may not be waiting yet when the clock is moved; then it is moved again.
        while (!told.EndsWith(": ping\n\n: ping\n\n", StringComparison.Ordinal))
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
            if (!pipe.Reader.TryRead(out ReadResult read)) continue;
            told += Encoding.UTF8.GetString(read.Buffer);
            pipe.Reader.AdvanceTo(read.Buffer.End);
        }
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.StartsWith("event: run.started\nid: 1\n", told);
    }
}
