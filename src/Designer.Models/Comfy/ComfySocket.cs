using System.Net.WebSockets;
using Designer.Models.Calls;
using Designer.Models.Connections;

namespace Designer.Models.Comfy;

/// <summary>A ComfyUI server's messages. It is there to watch with: without it the same job is asked for again and again, so nothing here fails.</summary>
internal sealed class ComfySocket : IAsyncDisposable
{
    private const int LargestMessage = 8 * 1024 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_pulse = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private byte[] _buffer = new byte[64 * 1024];
    private bool _isOpen;

    private ComfySocket() { }

    public static async Task<ComfySocket> OpenAsync(ModelConnection connection, string? key, string client, ModelHttp http, CancellationToken cancellation)
    {
        ComfySocket socket = new();
        ClientWebSocketOptions options = socket._socket.Options;
        (options.KeepAliveInterval, options.KeepAliveTimeout) = (s_pulse, s_pulse);
        if (key is not null) options.SetRequestHeader("Authorization", $"Bearer {key}");
        Uri address = connection.Endpoint!;
        UriBuilder at = new(address) { Scheme = address.Scheme == "https" ? "wss" : "ws", Path = address.AbsolutePath.TrimEnd('/') + "/ws", Query = $"clientId={client}" };
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        try
        {
            await socket._socket.ConnectAsync(at.Uri, http.Sockets(connection), patience.Token);
            socket._isOpen = true;
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // A proxy that lets no sockets through; whether the server is there at all, the next request says.
        }
        return socket;
    }

    /// <summary>The next message about the job; null when there will be none, for whatever reason.</summary>
    public async Task<ComfyMessage?> NextAsync(string job, CancellationToken cancellation)
    {
        while (_isOpen)
        {
            try
            {
                int length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    if (length == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, LargestMessage));
                    part = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellation);
                    length += part.Count;
                }
                while (!part.EndOfMessage && length < LargestMessage);
                _isOpen = part.EndOfMessage && part.MessageType != WebSocketMessageType.Close;
                if (!_isOpen) break;
                ReadOnlyMemory<byte> message = _buffer.AsMemory(0, length);
                if ((part.MessageType == WebSocketMessageType.Text ? ComfyMessage.ReadText(message, job) : ComfyMessage.ReadBinary(message)) is { } read) return read;
            }
            catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
            {
                _isOpen = false;
            }
        }
        return null;
    }

    public ValueTask DisposeAsync()
    {
        // Nobody waits for a server's farewell.
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
