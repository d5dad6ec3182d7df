using System.Net;
using Designer.Models.Connections;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;

namespace Designer.Models.Calls;

/// <summary>
/// What one connection does about a server that is busy or broken. It works on answers' heads only, so that nothing is repeated once a word
/// of an answer has come. A server that cannot be reached at all is not asked again here: that is for a fallback, or for the flow's own retries.
/// </summary>
internal static class CallPolicy
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(0.5);

    /// <summary>Who asks for a longer pause is not waited for here; the caller learns how long.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(20);

    /// <summary>So many calls in <see cref="s_sampling"/>, nearly all failed, and the server is left alone for <see cref="s_rest"/>.</summary>
    private const int FewestToJudge = 5;
    private const double BrokenShare = 0.8;
    private static readonly TimeSpan s_sampling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(10);

    public static ResiliencePipeline<HttpResponseMessage> Create(ModelOptions options, TimeProvider time)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (options.Retries > 0)
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                Delay = s_firstPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = async outcome => outcome.Outcome.Result is { } response && await AsksForLaterAsync(response, outcome.Context.CancellationToken),
            });
        return pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
        {
            FailureRatio = BrokenShare,
            MinimumThroughput = FewestToJudge,
            SamplingDuration = s_sampling,
            BreakDuration = s_rest,
            ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Result is { StatusCode: >= HttpStatusCode.InternalServerError }
                || outcome.Outcome.Exception is HttpRequestException or TimeoutException),
        }).Build();
    }

    private static async ValueTask<bool> AsksForLaterAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)) return false;
        if (ModelErrors.PauseOf(response) > s_longestPause) return false;
        return response.StatusCode != HttpStatusCode.TooManyRequests || !ModelErrors.IsOutOfQuota(await StatusHandler.ReadAsync(response, cancellation));
    }
}
