using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Sessions;

/// <summary>The one place where a graph becomes a session.</summary>
internal static class SessionOpening
{
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
