using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>The real program as a process on a fresh data folder, and a real Chromium in front of it.</summary>
public partial class HostedApp : IAsyncLifetime
{
    public const string Password = "a long enough password";
    /// <summary>How long a page may take for anything, in milliseconds.</summary>
    public const int Patience = 60_000;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("designer-browser-");
    private readonly List<string> lines = [];
    private Process? process;
    private string? ownersSession;
    private IPlaywright? playwright;

    public Uri Address { get; private set; } = null!;
    public string SetupCode { get; private set; } = "";
    public IBrowser Browser { get; private set; } = null!;
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Added to the program's environment.</summary>
    protected Dictionary<string, string> Settings { get; } = [];

    public virtual async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException("CI needs Chromium: apt-get install chromium.");
            return;
        }
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        SetupCode = await Start().WaitAsync(TimeSpan.FromSeconds(90));
        playwright = await Playwright.CreateAsync();
        // The machines that run this are slow and busy; what never comes is told by the minute as well as by five seconds.
        Assertions.SetDefaultExpectTimeout(Patience);
        Browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
        Http = new HttpClient { BaseAddress = Address };
    }

    private static string Chromium => Environment.GetEnvironmentVariable("DESIGNER_CHROMIUM") ?? "/usr/bin/chromium";

    /// <summary>Skips the test where there is no browser.</summary>
    public void Require()
    {
        if (Browser is null) Assert.Skip("Needs Chromium: apt-get install chromium, or DESIGNER_CHROMIUM=/path/to/chromium.");
    }

    /// <summary>Kills the program and starts it anew on the same data and address.</summary>
    public async Task RestartAsync()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        _ = Start();
        for (int i = 0; i < 300; i++)
        {
            try
            {
                using HttpResponseMessage health = await Http.GetAsync("healthz");
                if (health.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(200);
        }
        throw new TimeoutException($"The program did not come back.\n{Log()}");
    }

    /// <summary>The one-time code, which the program prints on its first start only.</summary>
    private Task<string> Start()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Designer.Web.dll"), "--urls", Address.ToString().TrimEnd('/'), "--data", Path.Combine(folder.FullName, "data")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };
        foreach ((string name, string value) in Settings) start.Environment[name] = value;
        process = Process.Start(start)!;
        TaskCompletionSource<string> code = new(TaskCreationOptions.RunContinuationsAsynchronously);
        DataReceivedEventHandler read = (_, e) =>
        {
            if (e.Data is null) return;
            lock (lines) lines.Add(e.Data);
            if (CodePattern().Match(e.Data) is { Success: true } found) code.TrySetResult(found.Value);
        };
        process.OutputDataReceived += read;
        process.ErrorDataReceived += read;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return code.Task;
    }

    /// <summary>What the program printed, for the message of a failed test.</summary>
    public string Log()
    {
        lock (lines) return string.Join('\n', lines);
    }

    /// <summary>The owner, signed in; the first time it is they who set the app up.</summary>
    public async Task<IBrowserContext> OwnerAsync()
    {
        if (ownersSession is null)
        {
            await using IBrowserContext owner = await PersonAsync();
            IPage page = await owner.NewPageAsync();
            await page.GotoAsync("/setup");
            foreach ((string field, string value) in new[] { ("code", SetupCode), ("name", "Ada Lovelace"), ("email", "ada@example.org"), ("password", Password) }) await page.FillAsync($"#{field}", value);
            await page.ClickAsync("button[type=submit].primary");
            await page.WaitForSelectorAsync("a[href='/flows/ask-the-handbook']", new() { Timeout = 60_000 });
            ownersSession = await owner.StorageStateAsync();
        }
        return await PersonAsync(session: ownersSession);
    }

    public static async Task SignInAsync(IPage page, string email)
    {
        await page.GotoAsync("/signin");
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", Password);
        await page.ClickAsync("form button[type=submit].primary");
        await page.WaitForSelectorAsync("a[href='/flows/ask-the-handbook']", new() { Timeout = 60_000 });
    }

    /// <summary>Runs a command of the program on the same data folder.</summary>
    public async Task CommandAsync(string input, params string[] args)
    {
        using Process command = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Designer.Web.dll"), .. args, "--data", Path.Combine(folder.FullName, "data")])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await command.StandardInput.WriteAsync(input);
        command.StandardInput.Close();
        Task<string> output = command.StandardOutput.ReadToEndAsync();
        string error = await command.StandardError.ReadToEndAsync();
        await command.WaitForExitAsync();
        Assert.True(command.ExitCode == 0, $"{string.Join(' ', args)}: {await output}{error}");
    }

    public async Task<IBrowserContext> PersonAsync(int width = 1440, int height = 900, string? session = null)
    {
        IBrowserContext person = await Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.ToString(),
            StorageState = session,
            Locale = "en-US",
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        person.SetDefaultTimeout(Patience);
        return person;
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Browser is not null) await Browser.DisposeAsync();
        playwright?.Dispose();
        Http?.Dispose();
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}")]
    private static partial Regex CodePattern();
}
