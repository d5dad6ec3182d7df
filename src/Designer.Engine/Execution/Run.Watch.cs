using System.Runtime.CompilerServices;
using System.Text;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Readers. Each pulls at its own pace: events after their commit, text as far as it has come. Nobody waits for a reader.</summary>
internal sealed partial class Run
{
    private readonly Dictionary<string, TextStream> streams = [];
    private TaskCompletionSource? changed;

    private sealed class TextStream(int attempt, string? answer, long startedSeq)
    {
        /// <summary>The number of the step's start; a reader that is past it gets the text.</summary>
        public long StartedSeq { get; } = startedSeq;
        /// <summary>The number of the step's end; a reader that is past it has the text in the outputs.</summary>
        public long EndedSeq { get; set; } = long.MaxValue;
        public int Attempt { get; } = attempt;
        public string? Answer { get; } = answer;
        public StringBuilder Text { get; } = new();
        public string? Progress { get; set; }
        public int ProgressCount { get; set; }
        /// <summary>As a browser shows it.</summary>
        public string? Preview { get; set; }
        public int PreviewCount { get; set; }
    }

    public void EmitToken(Step step, string text)
    {
        if (text.Length == 0) return;
        lock (gate)
        {
            if (step.IsDead) return;
            StreamOf(step).Text.Append(Secrets.Mask(text));
        }
        Signal();
    }

    public void EmitProgress(Step step, string message)
    {
        lock (gate)
        {
            if (step.IsDead) return;
            TextStream stream = StreamOf(step);
            stream.Progress = Secrets.Mask(message);
            stream.ProgressCount++;
        }
        Signal();
    }

    public void EmitPreview(Step step, string mediaType, ReadOnlyMemory<byte> picture)
    {
        string preview = $"data:{mediaType};base64,{Convert.ToBase64String(picture.Span)}";
        lock (gate)
        {
            if (step.IsDead) return;
            TextStream stream = StreamOf(step);
            stream.Preview = preview;
            stream.PreviewCount++;
        }
        Signal();
    }

    private TextStream StreamOf(Step step)
    {
        if (streams.TryGetValue(step.Path, out TextStream? stream) && stream.Attempt == step.Attempt) return stream;
        return streams[step.Path] = new TextStream(step.Attempt, step.Plan?.StreamsTo, step.StartedSeq);
    }

    // Called under the lock, right after the step's end was recorded.
    private void EndText(Step step)
    {
        if (streams.Count == 0 || !streams.TryGetValue(step.Path, out TextStream? stream)) return;
        stream.EndedSeq = buffer.LastSeq;
        // What came of it is there now.
        stream.Preview = null;
    }

    private void Signal() => Interlocked.Exchange(ref changed, null)?.TrySetResult();

    private Task ChangedAsync()
    {
        TaskCompletionSource fresh = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref changed, fresh, null) ?? fresh).Task;
    }

    /// <summary>Events before this one are only in the log.</summary>
    public long FirstSeq => buffer.FirstSeq;

    /// <summary>Where one reader stands.</summary>
    public sealed class Cursor(long nextSeq)
    {
        public long NextSeq { get; set; } = nextSeq;
        public Dictionary<string, (int Attempt, int Offset, int Progress, int Preview)> Seen { get; } = [];
    }

    /// <summary>All that this run tells from the cursor on, until it is over in this process. Events from before this process are not here.</summary>
    public async IAsyncEnumerable<RunEvent> WatchAsync(Cursor cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<RunEvent> news = [];
        // One registration for the whole watch, not one for each piece of text: it wakes the loop below.
        await using CancellationTokenRegistration left = cancellation.UnsafeRegister(static run => ((Run)run!).Signal(), this);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Task? change = null;
            bool isDone = false;
            lock (gate)
            {
                Collect(cursor, news);
                if (news.Count == 0)
                {
                    // Asked for before the last look, so that no signal is missed.
                    change = ChangedAsync();
                    isDone = IsOver && Settled.Task.IsCompleted;
                }
            }
            foreach (RunEvent e in news) yield return e;
            news.Clear();
            if (isDone) yield break;
            if (change is not null && !cancellation.IsCancellationRequested) await change.ConfigureAwait(false);
        }
    }

    // Called under the lock. Text comes after its step's start and before its end.
    private void Collect(Cursor cursor, List<RunEvent> news)
    {
        for (; cursor.NextSeq <= committedSeq; cursor.NextSeq++)
        {
            if (cursor.NextSeq < buffer.FirstSeq) continue;
            RunEvent e = buffer[cursor.NextSeq];
            if (e.Step is not null && e.Type is RunEventType.StepCompleted or RunEventType.StepFailed or RunEventType.StepRetrying && streams.TryGetValue(e.Step!, out TextStream? stream))
                Text(cursor, e.Step!, stream, news);
            news.Add(e);
        }
        foreach ((string path, TextStream stream) in streams)
            if (stream.StartedSeq < cursor.NextSeq && cursor.NextSeq <= stream.EndedSeq) Text(cursor, path, stream, news);
    }

    private void Text(Cursor cursor, string path, TextStream stream, List<RunEvent> news)
    {
        (int attempt, int offset, int progress, int preview) = cursor.Seen.GetValueOrDefault(path);
        if (attempt != stream.Attempt) (offset, progress, preview) = (0, 0, 0);
        if (stream.Text.Length > offset)
            news.Add(new RunEvent(0, RunEventType.StepToken, Services.Clock.GetUtcNow(), path, stream.Attempt,
                new EventData { Offset = offset, Text = stream.Text.ToString(offset, stream.Text.Length - offset), AnswerNode = stream.Answer }));
        string? picture = stream.PreviewCount > preview ? stream.Preview : null;
        if (stream.ProgressCount > progress || picture is not null)
            news.Add(new RunEvent(0, RunEventType.StepProgress, Services.Clock.GetUtcNow(), path, stream.Attempt, new EventData { Message = stream.Progress, Preview = picture }));
        cursor.Seen[path] = (stream.Attempt, stream.Text.Length, stream.ProgressCount, stream.PreviewCount);
    }
}
