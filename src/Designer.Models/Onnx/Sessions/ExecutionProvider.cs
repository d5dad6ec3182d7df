using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Sessions;

/// <summary>Puts the execution provider that the settings name into a session's options, or says what is missing.</summary>
internal static class ExecutionProvider
{
    public const string Cpu = "cpu";
    public const string Cuda = "cuda";

    // What a process has not, it has for no model.
    private static readonly ConcurrentDictionary<string, string> s_missing = new();
    private static readonly Lock s_registering = new();
    private static readonly Dictionary<(string Name, string Path), IReadOnlyList<OrtEpDevice>> s_registered = [];

    /// <summary>Why a provider could not load when it was tried last; null when it could, or was not tried.</summary>
    public static string? MissingOf(string provider) => s_missing.GetValueOrDefault(provider);

    /// <summary>The options, and why the model falls back to the CPU; null when it runs where it was meant to.</summary>
    /// <exception cref="ModelException">The provider cannot load and the settings allow no fallback.</exception>
    public static (SessionOptions Options, string? Fallback) Configure(OnnxSettings settings)
    {
        var options = Fresh(settings);
        try
        {
            Append(options, settings);
            s_missing.TryRemove(settings.Provider, out _);
            return (options, null);
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException or ModelException)
        {
            options.Dispose();
            var missing = e is ModelException ? e.Message : Missing(settings.Provider, e);
            s_missing[settings.Provider] = missing;
            if (!settings.FallBackToCpu) throw new ModelException(ModelErrorCodes.Unavailable, $"{missing} Set onnx:fallBackToCpu, or the same of this model alone, to run on the CPU instead.", inner: e);
            return (Fresh(settings), missing);
        }
    }

    private static SessionOptions Fresh(OnnxSettings settings)
    {
        var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (settings.Threads > 0) options.IntraOpNumThreads = settings.Threads;
        return options;
    }

    private static void Append(SessionOptions options, OnnxSettings settings)
    {
        switch (settings.Provider)
        {
            case Cpu: return;
            case Cuda:
                using (var cuda = new OrtCUDAProviderOptions())
                {
                    if (settings.ProviderOptions.Count > 0) cuda.UpdateOptions(new Dictionary<string, string>(settings.ProviderOptions));
                    options.AppendExecutionProvider_CUDA(cuda);
                }
                return;
            default:
                if (!settings.ProviderLibraries.TryGetValue(settings.Provider, out var path))
                    throw new ModelException(ModelErrorCodes.Unavailable, $"There is no execution provider '{settings.Provider}': name its library under onnx:providerLibraries:{settings.Provider}.");
                var devices = Register(settings.Provider, path);
                if (devices.Count == 0) throw new ModelException(ModelErrorCodes.Unavailable, $"The execution provider '{settings.Provider}' found no device on this machine.");
                options.AppendExecutionProvider(OrtEnv.Instance(), devices, settings.ProviderOptions);
                return;
        }
    }

    // Once per process: the runtime refuses a second registration under one name. What is there afterwards and was not before is the library's.
    private static IReadOnlyList<OrtEpDevice> Register(string name, string path)
    {
        lock (s_registering)
        {
            if (s_registered.TryGetValue((name, path), out var known)) return known;
            if (!File.Exists(path)) throw new ModelException(ModelErrorCodes.Unavailable, $"The library of the execution provider '{name}' is missing: there is no file {path}.");
            var before = OrtEnv.Instance().GetEpDevices().Select(d => d.EpName).ToHashSet();
            OrtEnv.Instance().RegisterExecutionProviderLibrary(name, path);
            return s_registered[(name, path)] = [.. OrtEnv.Instance().GetEpDevices().Where(d => !before.Contains(d.EpName))];
        }
    }

    private static string Missing(string provider, Exception e) => provider == Cuda && (e is EntryPointNotFoundException || e.Message.Contains("not enabled in this build", StringComparison.Ordinal))
        ? "The execution provider 'cuda' is not in this build. Build with -p:OnnxRuntimeGpu=true, or name a plug-in library under onnx:providerLibraries."
        : $"The execution provider '{provider}' cannot load: {e.Message}";
}
