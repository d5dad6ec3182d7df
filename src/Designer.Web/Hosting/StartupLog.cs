namespace Designer.Web.Hosting;

/// <summary>
/// Keeps the framework from logging a start that fails with all its stacks: a taken port or a wrong address. Whoever starts the host says it
/// in one line. Once it runs, its failures are logged as usual.
/// </summary>
internal sealed class StartupLog
{
    private bool _isStarted;

    public StartupLog(ILoggingBuilder logging) =>
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => _isStarted && level >= LogLevel.Warning);

    public void EndWith(IHostApplicationLifetime lifetime) => lifetime.ApplicationStarted.Register(() => _isStarted = true);
}
