using System.Diagnostics.Metrics;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Api;

/// <summary>Callers that go without a word, or hardly read: nothing of them stays, and nobody else notices.</summary>
public sealed class LeavingCallersTests
{
    private const int Spare = 4 * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task A_thousand_callers_that_leave_at_once_leave_nothing_behind()
    {
        await using ApiApp api = await ApiApp.StartAsync();
        using ActiveRequests active = new(api);
        using SilentServer silent = new();
        await api.ConnectAsync("silent", silent.Address, "sk-none");
        Published hanging = await api.PublishAsync(ApiFlows.Chat(), bindings: new() { ["model"] = "silent" });
        ApiAnswer started = await api.PostAsync(hanging.Runs, hanging.Key, """{ "input": { "question": "?" } }""", ("Prefer", "respond-async"));
        await silent.Asked.WaitAsync(Cancel);

        // The first ones fill what is kept for the next: pools, buffers, compiled code.
        await FollowAndLeaveAsync(api, active, started.RunId, hanging.Key, 200);
        long warm = Memory();
        await FollowAndLeaveAsync(api, active, started.RunId, hanging.Key, 1_000);
        Assert.InRange(Memory(), 0, warm + warm / 10 + Spare);

        Assert.Equal("running", (await api.GetAsync($"/api/v1/runs/{started.RunId}", hanging.Key)).RunStatus);
        await api.PostAsync($"/api/v1/runs/{started.RunId}/cancel", hanging.Key, "");
        Assert.Equal("run.cancelled", (await api.GetAsync($"/api/v1/runs/{started.RunId}/events", hanging.Key)).Events[^1].Name);
    }

    [Fact(Timeout = 240_000)]
    public async Task Who_reads_a_byte_and_stops_holds_up_nobody_and_is_forgotten_when_it_goes()
    {
        // The system's own buffer would take the whole answer in for a caller who does not read.
        await using ApiApp api = await ApiApp.StartAsync(services => services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = endpoint =>
        {
            Socket listener = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            listener.SendBufferSize = 8 * 1024;
            return listener;
        }));
        using ActiveRequests active = new(api);
        Published reading = await api.PublishAsync(FileTests.ReadingFlow());
        string text = new('x', 900_000);
        ApiAnswer file = await api.SendAsync(HttpMethod.Post, "/api/v1/files?name=long.txt", reading.Key, new ByteArrayContent(Encoding.ASCII.GetBytes(text)));
        ApiAnswer run = await api.PostAsync(reading.Runs, reading.Key, $$"""{ "input": { "document": {{file.Text}} } }""");

        Assert.True(run.Status == System.Net.HttpStatusCode.OK, run.Text);

        long warm = 0;
        for (int round = 0; round < 2; round++)
        {
            List<TcpClient> slow = [];
            for (int i = 0; i < 40; i++) slow.Add(await FollowAsync(api, run.RunId, reading.Key, untilText: "H"));
            ApiAnswer quick = await api.GetAsync($"/api/v1/runs/{run.RunId}/events", reading.Key);
            Assert.Equal($"long.txt: {text}", quick.Events[^1].Data.GetProperty("data").GetProperty("output").GetProperty("text").GetString());
            Assert.Equal(40, active.Count);
            slow.ForEach(Leave);
            await active.NoneAsync();
            if (round == 0) warm = Memory();
        }
        Assert.InRange(Memory(), 0, warm + warm / 10 + Spare);
    }

    private static async Task FollowAndLeaveAsync(ApiApp api, ActiveRequests active, string run, string key, int callers)
    {
        List<TcpClient> all = [];
        // A few at a time, because the listener's queue is short; all of them stay until the last one hears.
        foreach (int[] some in Enumerable.Range(0, callers).Chunk(50)) all.AddRange(await Task.WhenAll(some.Select(_ => FollowAsync(api, run, key, "run.started"))));
        Assert.Equal(callers, active.Count);
        all.ForEach(Leave);
        await active.NoneAsync();
    }

    /// <summary>A caller of the event stream who has read that far, and no further.</summary>
    private static async Task<TcpClient> FollowAsync(ApiApp api, string run, string key, string untilText)
    {
        TcpClient caller = new() { ReceiveBufferSize = 2048 };
        Uri address = new(api.App.Host.Urls.Single());
        await caller.ConnectAsync(address.Host, address.Port, Cancel);
        NetworkStream stream = caller.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /api/v1/runs/{run}/events HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key}\r\n\r\n"), Cancel);
        StringBuilder heard = new();
        byte[] one = new byte[untilText.Length == 1 ? 1 : 1024];
        while (!heard.ToString().Contains(untilText, StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(one, Cancel);
            Assert.True(read > 0, heard.ToString());
            heard.Append(Encoding.UTF8.GetString(one, 0, read));
        }
        return caller;
    }

    // Without a farewell, as a process that dies.
    private static void Leave(TcpClient caller)
    {
        caller.LingerState = new LingerOption(true, 0);
        caller.Dispose();
    }

    private static long Memory()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>How many requests this app is answering now, as its own metrics say.</summary>
    private sealed class ActiveRequests : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public ActiveRequests(ApiApp api)
        {
            IMeterFactory meters = api.Get<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "http.server.active_requests" && instrument.Meter.Scope == meters) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _count, change));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        /// <summary>Waits until every request has ended; the test's time limit ends it otherwise.</summary>
        public async Task NoneAsync()
        {
            while (Count > 0) await Task.Delay(20, Cancel);
        }

        public void Dispose() => _listener.Dispose();
    }
}
