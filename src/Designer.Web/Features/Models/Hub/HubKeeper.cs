using Designer.Models.Hub;

namespace Designer.Web.Features.Models.Hub;

/// <summary>Goes on with downloads that a former process left, and stops them in order at the end.</summary>
public sealed class HubKeeper(HubDownloads downloads, ILogger<HubKeeper> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            downloads.TakeUp();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogError(e, "Downloads of models that were begun cannot be taken up");
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => downloads.StopAsync();
}
