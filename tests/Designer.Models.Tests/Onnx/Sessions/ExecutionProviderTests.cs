using Designer.Models.Onnx.Sessions;

namespace Designer.Models.Tests.Onnx.Sessions;

public class ExecutionProviderTests
{
    [Fact]
    public void A_build_without_cuda_names_the_one_with_it()
    {
        Assert.SkipWhen(Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"), "This build has CUDA.");
        Assert.Contains("-p:OnnxRuntimeGpu=true", Assert.Throws<ModelException>(() => ExecutionProvider.Configure(new OnnxSettings { Provider = "cuda" })).Message);
        Assert.Contains("-p:OnnxRuntimeGpu=true", ExecutionProvider.MissingOf("cuda"));
    }

    [Fact]
    public void The_cpu_needs_nothing()
    {
        var (options, fallback) = ExecutionProvider.Configure(new OnnxSettings { Threads = 1 });
        Assert.Null(fallback);
        Assert.Equal(1, options.IntraOpNumThreads);
        options.Dispose();
    }

    public static TheoryData<OnnxSettings, string> Missing => new()
    {
        { new OnnxSettings { Provider = "npu" }, "onnx:providerLibraries:npu" },
        { new OnnxSettings { Provider = "npu", ProviderLibraries = new Dictionary<string, string> { ["npu"] = "/nowhere/libnpu.so" } }, "there is no file /nowhere/libnpu.so" },
        { new OnnxSettings { Provider = "npu", ProviderLibraries = new Dictionary<string, string> { ["npu"] = typeof(ExecutionProviderTests).Assembly.Location } }, "cannot load" },
    };

    [Theory, MemberData(nameof(Missing), DisableDiscoveryEnumeration = true)]
    public void A_provider_that_cannot_load_says_what_is_missing_and_falls_back_only_when_allowed(OnnxSettings settings, string expected)
    {
        var refused = Assert.Throws<ModelException>(() => ExecutionProvider.Configure(settings));
        Assert.Equal(ModelErrorCodes.Unavailable, refused.Code);
        Assert.Contains(expected, refused.Message);
        Assert.Contains("onnx:fallBackToCpu", refused.Message);
        var (options, fallback) = ExecutionProvider.Configure(settings with { FallBackToCpu = true });
        Assert.Contains(expected, fallback);
        options.Dispose();
    }
}
