using Designer.Benchmarks;

return args switch
{
    ["engine", ..] => await EngineBenchmark.RunAsync(),
    ["endpoint", ..] => await EndpointBenchmark.RunAsync(TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 3)),
    ["onnx", var models] => await OnnxBenchmark.RunAsync(models),
    ["tokenizers", ..] => TokenizerBenchmark.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project tests/Designer.Benchmarks -- engine | endpoint [SECONDS] | onnx MODELS | tokenizers");
    return 2;
}
