using System.Net;

namespace Designer.Models.Calls;

/// <summary>Makes every answer that is no success a <see cref="ModelException"/>, in the same words for all providers, before their libraries see it.</summary>
internal sealed class StatusHandler(ModelErrors errors) : DelegatingHandler
{
    private const int LargestErrorBytes = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode < HttpStatusCode.MultipleChoices) return response;
        using (response) throw errors.OfStatus(response, await ReadAsync(response, cancellationToken));
    }

    /// <summary>The beginning of an error's body; empty when it cannot be had.</summary>
    public static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(LargestErrorBytes, cancellation);
            return await response.Content.ReadAsStringAsync(cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or InvalidOperationException)
        {
            // A body that is too long, cut or in no known encoding says nothing that the status does not.
            return "";
        }
    }
}
