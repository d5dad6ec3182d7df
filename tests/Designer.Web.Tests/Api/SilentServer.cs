using System.Net;
using System.Net.Sockets;

namespace Designer.Web.Tests.Api;

/// <summary>A model server that takes the call and never says a word.</summary>
public sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentServer()
    {
        _listener.Start();
        Asked = _listener.AcceptSocketAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/v1");

    /// <summary>Completes when somebody has called.</summary>
    public Task<Socket> Asked { get; }

    public void Dispose()
    {
        if (Asked.IsCompletedSuccessfully) Asked.Result.Dispose();
        _listener.Dispose();
    }
}
