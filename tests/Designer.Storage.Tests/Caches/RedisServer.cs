using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Designer.Storage.Tests;

/// <summary>A Redis server of this test run's own, from the program that Debian's package installs.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private const string Program = "/usr/bin/redis-server", Missing = "Redis is not installed. Run: apt-get install redis-server";
    private readonly string _folder = Directory.CreateTempSubdirectory("designer-redis-").FullName;
    private readonly int _port = FreePort();
    private Process? _process;

    /// <summary>Its address. Skips the test where Redis is absent.</summary>
    public string Require()
    {
        if (_process is null)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(Missing);
            Assert.Skip(Missing);
        }
        return $"127.0.0.1:{_port}";
    }

    public async ValueTask InitializeAsync()
    {
        if (File.Exists(Program)) await StartAsync();
    }

    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo(Program, ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder]) { RedirectStandardOutput = true })!;
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal)) break;
        // Nobody reads on, so a full pipe must not stop the server.
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    public async Task StopAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>All that it holds, as text.</summary>
    public async Task<string> DumpAsync()
    {
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(Require());
        List<string> all = [];
        await foreach (RedisKey key in redis.GetServer(redis.GetEndPoints()[0]).KeysAsync()) all.Add($"{key}={await redis.GetDatabase().StringGetAsync(key)}");
        return string.Join('\n', all);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
