using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Headers;

namespace Designer.Models.OpenAi;

/// <summary>
/// The body of a streamed answer, taken out of the library's hands: its objects for one chunk of a stream were most of what a token cost here
/// (2.7 of 4.5 KB). The library sends the request and gets an empty stream; whoever expects the answer reads and ends the real one.
/// </summary>
internal sealed class StreamedAnswer : IDisposable
{
    private static readonly AsyncLocal<StreamedAnswer?> s_expected = new();
    private HttpResponseMessage? _response;

    private StreamedAnswer()
    {
    }

    /// <summary>The next successful answer to a request of the calling method is its.</summary>
    public static StreamedAnswer Expect() => s_expected.Value = new StreamedAnswer();

    /// <summary>A client whose answers are given to those who expect them.</summary>
    public static HttpClient Client(HttpMessageHandler inner) => new(new Handler { InnerHandler = inner }) { Timeout = Timeout.InfiniteTimeSpan };

    public Task<Stream> OpenAsync(CancellationToken cancellation) =>
        _response is null ? throw new InvalidOperationException("No answer came.") : _response.Content.ReadAsStreamAsync(cancellation);

    public void Dispose() => _response?.Dispose();

    private sealed class Handler : DelegatingHandler
    {
        private static readonly ReadOnlySequence<byte> s_nothing = new("data: [DONE]\n\n"u8.ToArray());

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (s_expected.Value is not { _response: null } expected) return response;
            expected._response = response;
            return new HttpResponseMessage(response.StatusCode)
            {
                RequestMessage = request,
                // The library takes no stream that can seek for one that is under way.
                Content = new StreamContent(PipeReader.Create(s_nothing).AsStream()) { Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") } },
            };
        }
    }
}
