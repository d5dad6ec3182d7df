using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Designer.Engine;
using Designer.Models.Network;
using Xunit;

namespace Designer.Nodes.Tests.Tools;

public class HttpNodeTests
{
    private static TestFlow Open(RawServer server) => new(network: NetworkPolicy.PublicOnly with { AllowedHosts = new HashSet<string> { $"127.0.0.1:{server.Port}" } });

    [Fact]
    public async Task A_request_goes_out_and_its_answer_comes_back()
    {
        await using RawServer server = new(_ => RawServer.Json("""{"ok":true,"key":"top-secret"}"""));
        using TestFlow flow = Open(server);
        flow.Credentials["api"] = "top-secret";
        TestRun run = await flow.RunNodeAsync("tools.http", new
        {
            url = server.Url + "/items?x=1",
            method = "post",
            query = new[] { new { name = "q", value = "{{ start.q }}" }, new { name = "empty", value = "" } },
            headers = new[] { new { name = "X-Trace", value = "{{ start.q }}" } },
            body = new { text = "{{ start.q }}", n = 1 },
            credential = "@slot:api",
        }, new { q = "a b&c" }, "q");
        string request = server.Requests.Single();
        Assert.StartsWith("POST /items?x=1&q=a%20b%26c HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains("X-Trace: a b&c", request, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer top-secret", request, StringComparison.Ordinal);
        Assert.Contains($"Idempotency-Key: {run.Row.Id:N}/node", request, StringComparison.Ordinal);
        Assert.EndsWith("""{"text":"a b&c","n":1}""", request, StringComparison.Ordinal);
        Assert.Equal(200, run.Outputs().GetProperty("status").GetInt32());
        Assert.True(run.Outputs().GetProperty("body").GetProperty("ok").GetBoolean());
        // Whatever the other side echoes, the secret is in no event.
        Assert.DoesNotContain("top-secret", System.Text.Json.JsonSerializer.Serialize(run.Events, Flows.FlowJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ start.base }}/files/{{ start.name }}?q={{ start.name }}", "/files/..%2Fadmin%3Fx%3D1%23%26%20%C3%A9?q=..%2Fadmin%3Fx%3D1%23%26%20%C3%A9")]
    [InlineData("{{ start.base }}/{% if true %}{{ start.name | upcase }}{% endif %}", null)]
    public async Task What_is_filled_into_an_address_cannot_change_its_shape(string url, string? path)
    {
        await using RawServer server = new(_ => RawServer.Json("1"));
        using TestFlow flow = Open(server);
        TestRun run = await flow.RunNodeAsync("tools.http", new { url }, new { @base = server.Url, name = "../admin?x=1#& é" }, "base,name");
        if (path is null)
        {
            // In Liquid proper there is no telling which value is the address, so all are encoded, and this is none any more.
            Assert.Equal("http.address", run.Error.Code);
            return;
        }
        Assert.StartsWith($"GET {path} HTTP/1.1", server.Requests.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/"), InlineData("http://localhost:{0}/"), InlineData("http://[::1]:{0}/"), InlineData("http://2130706433:{0}/"), InlineData("http://0x7f.1:{0}/"), InlineData("http://0177.0.0.1:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/"), InlineData("http://169.254.169.254/latest/meta-data/"), InlineData("http://10.0.0.1/"), InlineData("http://192.168.1.1/"), InlineData("http://0.0.0.0:{0}/"), InlineData("http://[fd00::1]/")]
    public async Task Addresses_inside_the_network_are_refused(string url)
    {
        await using RawServer server = new(_ => RawServer.Json("{}"));
        using TestFlow flow = new();
        TestRun run = await flow.RunNodeAsync("tools.http", new { url = string.Format(System.Globalization.CultureInfo.InvariantCulture, url, server.Port) });
        Assert.Equal("http.refused", run.Error.Code);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_redirect_into_the_network_is_refused()
    {
        await using RawServer inside = new(_ => RawServer.Json("{}"));
        await using RawServer server = new(_ => $"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside.Port}/secret\r\nContent-Length: 0\r\n\r\n");
        using TestFlow flow = Open(server);
        TestRun run = await flow.RunNodeAsync("tools.http", new { url = server.Url });
        Assert.Equal("http.refused", run.Error.Code);
        Assert.Contains("loopback", run.Error.Message, StringComparison.Ordinal);
        Assert.Empty(inside.Requests);
    }

    [Fact]
    public async Task Redirects_lose_the_credential_and_end_somewhere()
    {
        await using RawServer other = new(_ => RawServer.Json("1"));
        await using RawServer server = new(_ => $"HTTP/1.1 307 Temporary\r\nLocation: http://127.0.0.1:{other.Port}/\r\nContent-Length: 0\r\n\r\n");
        using TestFlow flow = new(network: NetworkPolicy.PublicOnly with { AllowedHosts = new HashSet<string> { "127.0.0.1" } });
        flow.Credentials["api"] = "top-secret";
        await flow.RunNodeAsync("tools.http", new { url = server.Url, credential = "@slot:api", credentialIn = "header", credentialName = "X-Key", headers = new[] { new { name = "Cookie", value = "s=1" } } });
        Assert.Contains("X-Key: top-secret", server.Requests.Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret", other.Requests.Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("Cookie", other.Requests.Single(), StringComparison.Ordinal);

        await using RawServer circle = new(_ => "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
        TestRun run = await flow.RunNodeAsync("tools.http", new { url = circle.Url });
        Assert.Equal("http.redirects", run.Error.Code);
        Assert.Equal(6, circle.Requests.Count);
    }

    [Fact]
    public async Task A_gzip_bomb_and_an_endless_answer_are_bounded()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.SmallestSize, leaveOpen: true)) for (int i = 0; i < 100; i++) gzip.Write(new byte[1024 * 1024]);
        byte[] bomb = packed.ToArray();
        await using RawServer server = new(async (request, stream) =>
        {
            if (request.Contains("bomb", StringComparison.Ordinal))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n"));
                await stream.WriteAsync(bomb);
                return;
            }
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"u8.ToArray());
            byte[] piece = new byte[65536];
            while (true) await stream.WriteAsync(piece);
        });
        using TestFlow flow = Open(server);
        Assert.Equal("http.tooLarge", (await flow.RunNodeAsync("tools.http", new { url = server.Url + "/bomb" })).Error.Code);
        Assert.Equal("http.tooLarge", (await flow.RunNodeAsync("tools.http", new { url = server.Url + "/endless" })).Error.Code);
    }

    [Fact]
    public async Task A_slow_drip_and_a_header_flood_are_bounded()
    {
        TaskCompletionSource never = new();
        await using RawServer server = new(async (request, stream) =>
        {
            if (request.Contains("flood", StringComparison.Ordinal))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n"));
                for (int i = 0; i < 10_000; i++) await stream.WriteAsync(Encoding.ASCII.GetBytes($"X-{i}: {new string('x', 100)}\r\n"));
                return;
            }
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx"u8.ToArray());
            await never.Task;
        });
        using TestFlow flow = Open(server);
        Assert.Equal("http.timeout", (await flow.RunNodeAsync("tools.http", new { url = server.Url + "/drip", timeout = "300ms" })).Error.Code);
        Assert.Equal("http.tooLarge", (await flow.RunNodeAsync("tools.http", new { url = server.Url + "/flood" })).Error.Code);
        never.SetResult();
    }

    [Theory]
    [InlineData(404, false), InlineData(429, true), InlineData(503, true), InlineData(408, true), InlineData(422, false)]
    public async Task An_error_status_is_an_error_unless_wished_otherwise(int status, bool isTransient)
    {
        await using RawServer server = new(_ => $"HTTP/1.1 {status} Oops\r\nRetry-After: 7\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nbroken");
        using TestFlow flow = Open(server);
        TestRun run = await flow.RunNodeAsync("tools.http", new { url = server.Url });
        Assert.Equal(("http.status", isTransient), (run.Error.Code, run.Error.IsTransient));
        Assert.Contains($"status {status}: broken", run.Error.Message, StringComparison.Ordinal);
        run = await flow.RunNodeAsync("tools.http", new { url = server.Url, failOnStatus = false });
        Assert.Equal(status, run.Outputs().GetProperty("status").GetInt32());
        Assert.Equal("broken", run.Outputs().GetProperty("body").GetString());
    }

    [Theory]
    [InlineData("ftp://example.org/", "http.address"), InlineData("file:///etc/passwd", "http.address"), InlineData("/relative", "http.address"), InlineData("http://user:pass@example.org/", "http.address"), InlineData("gopher://x", "http.address")]
    public async Task Only_plain_web_addresses_are_called(string url, string code)
    {
        using TestFlow flow = new();
        Assert.Equal(code, (await flow.RunNodeAsync("tools.http", new { url })).Error.Code);
    }

    [Theory]
    [InlineData("X-A", "1\r\nX-Evil: 2"), InlineData("Host", "inside"), InlineData("Content-Length", "5"), InlineData("Transfer-Encoding", "chunked"), InlineData("X A", "1"), InlineData("X:A", "1")]
    public async Task A_header_cannot_split_the_request(string name, string value)
    {
        using TestFlow flow = new();
        Assert.Equal("http.header", (await flow.RunNodeAsync("tools.http", new { url = "http://example.org", headers = new[] { new { name, value = "{{ start.v }}" } } }, new { v = value }, "v")).Error.Code);
    }
}

/// <summary>A server that says exactly what a test tells it to, on a free port of this machine.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public RawServer(Func<string, string> answer) : this(async (request, stream) => await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(request)))) { }

    public RawServer(Func<string, NetworkStream, Task> answer)
    {
        _listener.Start();
        _loop = AcceptAsync(answer);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public string Url => $"http://127.0.0.1:{Port}";
    public List<string> Requests { get; } = [];

    public static string Json(string json) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}";

    private async Task AcceptAsync(Func<string, NetworkStream, Task> answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), answer);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, Func<string, NetworkStream, Task> answer)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            string request = await ReadAsync(stream);
            lock (Requests) Requests.Add(request);
            try
            {
                await answer(request, stream).WaitAsync(_stop.Token);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The other side has had enough, which is what some tests are about.
            }
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[65536];
        StringBuilder text = new();
        while (true)
        {
            int read = await stream.ReadAsync(buffer);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            string all = text.ToString();
            int end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0) return all;
            if (end < 0) continue;
            int length = all.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase) is var at and >= 0 ? int.Parse(all[(at + 16)..all.IndexOf('\r', at)], System.Globalization.CultureInfo.InvariantCulture) : 0;
            if (Encoding.UTF8.GetByteCount(all[(end + 4)..]) >= length) return all;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }
}
