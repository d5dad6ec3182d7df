using System.Threading.Channels;
using Designer.Models.Onnx.Generation;
using Designer.Models.Onnx.Tokenizers;

namespace Designer.Models.Onnx.Chat;

/// <summary>Turns a sequence's tokens into pieces of text for one reader. Bounded by the sequence's own length, so it never holds the batch up.</summary>
internal sealed class TextSink(StreamingDecoder decoder, IReadOnlyList<string> stops, TimeProvider time) : ITokenSink
{
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly StopStrings _stops = new(stops);
    private readonly long _submitted = time.GetTimestamp();

    public ChannelReader<string> Pieces => _pieces.Reader;

    /// <summary>How long the request waited for a place in the batch.</summary>
    public TimeSpan Queued { get; private set; }

    public int Tokens { get; private set; }
    public GenerationEnd End { get; private set; }

    public void Started() => Queued = time.GetElapsedTime(_submitted);

    public bool Accept(int token)
    {
        Tokens++;
        var (text, found) = _stops.Append(decoder.Append(token));
        if (text.Length > 0) _pieces.Writer.TryWrite(text);
        _isStopped = found;
        return found;
    }

    public void Ended(GenerationEnd end)
    {
        End = end;
        if (!_isStopped)
        {
            var (text, found) = _stops.Append(decoder.Finish());
            var rest = found ? text : text + _stops.Finish();
            if (rest.Length > 0) _pieces.Writer.TryWrite(rest);
        }
        _pieces.Writer.TryComplete();
    }

    public void Failed(Exception error) => _pieces.Writer.TryComplete(error);

    private bool _isStopped;
}
