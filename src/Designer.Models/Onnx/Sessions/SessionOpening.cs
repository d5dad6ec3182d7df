using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Sessions;

/// <summary>The one place where a graph becomes a session.</summary>
internal static class SessionOpening
{
    /// <summary>For each run. Inputs come from this process's memory and change their shape; what a device captured of one run
    /// (<c>enable_cuda_graph</c>) would be replayed for the next without a look at them, so nothing is captured.</summary>
    public static RunOptions Run()
    {
        var options = new RunOptions();
        options.AddRunConfigEntry("gpu_graph_id", "-1");
        return options;
    }

    /// <exception cref="ModelException">The provider is missing, or the runtime refuses the graph.</exception>
    public static InferenceSession Open(string path, OnnxSettings settings)
    {
        var (options, _) = ExecutionProvider.Configure(settings);
        using (options)
        {
            try
            {
                return new InferenceSession(path, options);
            }
            catch (OnnxRuntimeException e)
            {
                throw BadFolder.Because($"{Path.GetFileName(path)} does not load: {e.Message}", e);
            }
        }
    }
}
