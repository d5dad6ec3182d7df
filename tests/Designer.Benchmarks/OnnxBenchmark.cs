using System.Diagnostics;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Onnx.Tokenizers;
using Microsoft.Extensions.AI;
using Microsoft.ML.OnnxRuntime;

namespace Designer.Benchmarks;

/// <summary>Models of this process beside the bare runtime: the same graph, the same threads, the same number of tokens, turn and turn about.</summary>
internal static class OnnxBenchmark
{
    private const int Rounds = 9;
    private const int Tokens = 200;

    public static async Task<int> RunAsync(string models)
    {
        OnnxSettings settings = new() { AllowedFolders = [Path.GetFullPath(models)], Threads = 1 };
        using OnnxModels onnx = new(new ModelPaths(Path.GetFullPath(models), settings), settings, TimeProvider.System);
        OnnxKinds kinds = new(onnx, TimeProvider.System);
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, ONNX Runtime {OrtEnv.Instance().GetVersionString()}, one thread a model, medians of {Rounds} rounds, bare and ours by turns.");
        Console.WriteLine();
        Console.WriteLine("| graph | callers | bare tokens/s | ours tokens/s | ours / bare | first token (ms) | bytes a token |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        foreach (string graph in (string[])["model.onnx", "model_gqa.onnx"])
            foreach (int callers in (int[])[1, 8, 32])
                await ChatAsync(kinds, Path.Combine(models, "stories260k"), graph, callers);
        Console.WriteLine();
        Console.WriteLine("| embeddings | bare texts/s | ours texts/s | ours / bare |");
        Console.WriteLine("|---|--:|--:|--:|");
        foreach (int texts in (int[])[1, 32]) await EmbedAsync(kinds, Path.Combine(models, "use-lite-en"), texts);
        return 0;
    }

    private static ModelConnection Connection(string path) => new() { Id = Guid.NewGuid(), WorkspaceId = Guid.NewGuid(), Name = "bench", Provider = ModelProviders.Onnx, Model = Path.GetFullPath(path) };

    private static async Task ChatAsync(OnnxKinds kinds, string folder, string graph, int callers)
    {
        using IChatClient client = kinds.Create<IChatClient>(Connection(Path.Combine(folder, graph)));
        using BareDecoder bare = new(Path.Combine(folder, graph));
        int[] prompt = Tokenizer.Load(folder).Encode("Once upon a time");
        List<(double Bare, double Ours, double First, double Bytes)> rounds = [];
        for (int round = 0; round < Rounds + 2; round++)
        {
            GC.Collect();
            double bareSpeed = Speed(callers * Tokens, () => bare.Run(prompt, callers, Tokens));
            GC.Collect();
            long bytes = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
            double[] first = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => AskAsync(client))));
            double ours = callers * Tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
            bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
            if (round >= 2) rounds.Add((bareSpeed, ours, Median(first), bytes / (double)(callers * Tokens)));
        }
        Console.WriteLine($"| {graph} | {callers} | {Median(rounds.Select(r => r.Bare)):0} | {Median(rounds.Select(r => r.Ours)):0} | {Median(rounds.Select(r => r.Ours / r.Bare)):0.00} | {Median(rounds.Select(r => r.First)):0.0} | {Median(rounds.Select(r => r.Bytes)):0} |");
    }

    /// <summary>Reads one answer to its end and says when its first piece came.</summary>
    private static async Task<double> AskAsync(IChatClient client)
    {
        long start = Stopwatch.GetTimestamp();
        double? first = null;
        UsageDetails? used = null;
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Once upon a time", new ChatOptions { MaxOutputTokens = Tokens, Temperature = 0 }))
        {
            first ??= Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            used = update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details ?? used;
        }
        if (used?.OutputTokenCount != Tokens) throw new InvalidOperationException($"{used?.OutputTokenCount} tokens came instead of {Tokens}.");
        return first ?? 0;
    }

    private static async Task EmbedAsync(OnnxKinds kinds, string folder, int count)
    {
        using var generator = kinds.Create<IEmbeddingGenerator<string, Embedding<float>>>(Connection(folder));
        using BareEncoder bare = new(folder);
        string[] texts = [.. Enumerable.Range(0, count).Select(i => $"How many days of leave may employee number {i} carry over into the next year, and who decides about it?")];
        int repeats = 400 / count;
        List<(double Bare, double Ours)> rounds = [];
        for (int round = 0; round < Rounds + 2; round++)
        {
            double bareSpeed = Speed(count * repeats, () => { for (int i = 0; i < repeats; i++) bare.Run(texts); });
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < repeats; i++) await generator.GenerateAsync(texts);
            double ours = count * repeats / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (round >= 2) rounds.Add((bareSpeed, ours));
        }
        Console.WriteLine($"| {count} at a time | {Median(rounds.Select(r => r.Bare)):0} | {Median(rounds.Select(r => r.Ours)):0} | {Median(rounds.Select(r => r.Ours / r.Bare)):0.00} |");
    }

    private static double Speed(int work, Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return work / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
