using System.Globalization;

namespace Designer.Models.Onnx.Sessions;

/// <summary>An amount of memory in words: <c>1.4 GiB</c>, <c>12 MiB</c>.</summary>
public static class ByteSize
{
    private const double Mebi = 1 << 20, Gibi = 1 << 30;

    public static string Of(long bytes) => bytes >= Gibi
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / Gibi:0.0} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / Mebi):0} MiB");
}
