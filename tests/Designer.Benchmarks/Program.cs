using System.Globalization;
using Designer.Benchmarks;
using Designer.Benchmarks.Streams;

return args switch
{
    ["engine", ..] => await EngineBenchmark.RunAsync(),
    ["endpoint", ..] => await EndpointBenchmark.RunAsync(TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 3)),
    ["onnx", var models] => await OnnxBenchmark.RunAsync(models),
    ["tokenizers", ..] => TokenizerBenchmark.Run(),
    ["proxy", ..] => await StreamBenchmark.FirstTokenAsync(Number(1, 200)),
    ["streams", ..] => await StreamBenchmark.ManyAsync(Number(1, 2000), Number(2, 20), tokensPerSecond: 50),
    ["serve-model", var epoch, var wait, var gap, var tokens] => await ServeAsync(new PacedModel(new Pace(Parse(wait), Parse(gap), Parse(tokens)), long.Parse(epoch, CultureInfo.InvariantCulture)).RunAsync()),
    ["serve-yarp", var model] => await ServeAsync(StreamHosts.YarpAsync(model)),
    ["serve-designer", var model] => await ServeAsync(StreamHosts.DesignerAsync(model)),
    _ => Usage(),
};

int Number(int at, int usual) => args.Length > at ? Parse(args[at]) : usual;

static int Parse(string number) => int.Parse(number, CultureInfo.InvariantCulture);

static async Task<int> ServeAsync(Task serving)
{
    await serving;
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project tests/Designer.Benchmarks -- engine | endpoint [SECONDS] | onnx MODELS | tokenizers | proxy [CALLS] | streams [STREAMS] [SECONDS]");
    return 2;
}
