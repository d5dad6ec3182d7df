using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Designer.Storage.Tests;

/// <summary>A PostgreSQL server of this test run's own, in a temporary folder, from the binaries that Debian's package installs.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Missing = "PostgreSQL is not installed. Run: apt-get install postgresql";
    private readonly string _folder = Directory.CreateTempSubdirectory("designer-postgres-").FullName;
    private readonly string? _binaries = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
        : null;
    private readonly int _port = FreePort();
    private bool _isRunning;

    /// <summary>A new, empty database. Skips the test where PostgreSQL is absent.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        if (!_isRunning)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(Missing);
            Assert.Skip(Missing);
        }
        string name = $"test_{Guid.NewGuid():N}";
        await using NpgsqlConnection connection = new(ConnectionTo("postgres"));
        await connection.OpenAsync();
        await using NpgsqlCommand create = new($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        return ConnectionTo(name);
    }

    private string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = _port, Username = "designer", Database = database, MaxPoolSize = 20 }.ToString();

    public async ValueTask InitializeAsync()
    {
        if (_binaries is null) return;
        // The server refuses to run as root; the package made a user for it.
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", _folder);
        string data = Path.Combine(_folder, "data");
        await ServerAsync("initdb", "-D", data, "-A", "trust", "-U", "designer", "-E", "UTF8", "--no-sync");
        await StartAsync();
        _isRunning = true;
    }

    /// <summary>As an administrator would; open connections break.</summary>
    public async Task RestartAsync()
    {
        await ServerAsync("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        await StartAsync();
        NpgsqlConnection.ClearAllPools();
    }

    private Task StartAsync() => ServerAsync("pg_ctl", "-D", Path.Combine(_folder, "data"), "-l", Path.Combine(_folder, "log"), "-w",
        "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder}", "start");

    private Task ServerAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(_binaries!, program);
        return Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardOutput = program.EndsWith("initdb", StringComparison.Ordinal) })!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isRunning) await ServerAsync("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }
}
