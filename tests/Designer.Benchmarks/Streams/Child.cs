using System.Diagnostics;
using System.Globalization;

namespace Designer.Benchmarks.Streams;

/// <summary>What a process holds after a full collection, and what it has allocated since its start; in bytes.</summary>
internal sealed record Held(long Heap, long Resident, long Allocated);

/// <summary>Another process of this program: it says where it serves, and answers each line with what memory it holds.</summary>
internal sealed class Child : IDisposable
{
    private const string Serving = "Serving ";
    private readonly Process _process;

    private Child(Process process, string said) => (_process, Said) = (process, said);

    /// <summary>Where it serves, and what else it has to say.</summary>
    public string Said { get; }

    public static async Task<Child> StartAsync(params string[] args)
    {
        ProcessStartInfo start = new("dotnet", [typeof(Child).Assembly.Location, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        // The host greets its first owner before.
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith(Serving, StringComparison.Ordinal)) return new Child(process, line[Serving.Length..]);
        throw new InvalidOperationException($"{args[0]} ended before it served.");
    }

    public async Task<Held> HeldAsync()
    {
        await _process.StandardInput.WriteLineAsync("memory");
        await _process.StandardInput.FlushAsync();
        string[] held = (await _process.StandardOutput.ReadLineAsync())!.Split(' ');
        long[] numbers = [.. held.Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return new Held(numbers[0], numbers[1], numbers[2]);
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The child's side: until the parent closes its input.</summary>
    public static async Task ServeAsync(string said)
    {
        Console.WriteLine(Serving + said);
        while (await Console.In.ReadLineAsync() is not null)
        {
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalMemory(forceFullCollection: false)} {Environment.WorkingSet} {allocated}"));
        }
    }
}
