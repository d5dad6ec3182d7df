using System.Diagnostics;
using System.Text.Json;

namespace Designer.Models.Tests.Onnx.Sessions;

/// <summary>The build with CUDA takes another package. It is not restored here, only asked for: which packages would it take?</summary>
public class GpuBuildTests
{
    private const string Cpu = "Microsoft.ML.OnnxRuntime", Gpu = "Microsoft.ML.OnnxRuntime.Gpu";

    [Theory]
    [InlineData(false, Cpu, Gpu)]
    [InlineData(true, Gpu, Cpu)]
    public async Task The_switch_exchanges_the_package_for_one_of_the_same_version(bool isGpu, string taken, string left)
    {
        JsonElement items = await EvaluateAsync(isGpu);
        string[] packages = [.. Named(items, "PackageReference").Keys];
        Assert.Contains(taken, packages);
        Assert.DoesNotContain(left, packages);
        Dictionary<string, string?> versions = Named(items, "PackageVersion");
        // The managed library is the same in both: code that names CUDA compiles either way.
        Assert.NotNull(versions[Cpu]);
        Assert.Equal(versions[Cpu], versions[Gpu]);
    }

    private static Dictionary<string, string?> Named(JsonElement items, string kind) => items.GetProperty(kind).EnumerateArray()
        .ToDictionary(i => i.GetProperty("Identity").GetString()!, i => i.TryGetProperty("Version", out JsonElement version) ? version.GetString() : null);

    private static async Task<JsonElement> EvaluateAsync(bool isGpu)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, WorkingDirectory = Path.Combine(Repository.Root, "src", "Designer.Models") };
        foreach (string argument in (string[])["msbuild", "Designer.Models.csproj", "-nodeReuse:false", "-getItem:PackageReference", "-getItem:PackageVersion", $"-p:OnnxRuntimeGpu={(isGpu ? "true" : "")}"]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, said);
        return JsonElement.Parse(said).GetProperty("Items");
    }
}
