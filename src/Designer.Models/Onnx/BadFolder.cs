namespace Designer.Models.Onnx;

/// <summary>What is said when a model's folder, or a file in it, cannot be used.</summary>
internal static class BadFolder
{
    public static ModelException Because(string message, Exception? inner = null) => new(ModelErrorCodes.BadFolder, message, inner: inner);
}
