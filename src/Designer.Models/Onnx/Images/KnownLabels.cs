using System.Security.Cryptography;

namespace Designer.Models.Onnx.Images;

/// <summary>Labels of models whose folder does not name them, recognised by what their file holds.</summary>
internal static class KnownLabels
{
    private const long LargestFile = 64L << 20;

    private static readonly Dictionary<string, IReadOnlyList<string>> s_known = new()
    {
        // NSFWJS MobileNetV2, in the order its authors give.
        ["7e52439a4f03157ccd0c03ab19742e1717b374e2de4674efd5e95ba744d5f146"] = ["Drawing", "Hentai", "Neutral", "Porn", "Sexy"],
    };

    public static IReadOnlyList<string>? Find(string path)
    {
        using var file = File.OpenRead(path);
        return file.Length > LargestFile ? null : s_known.GetValueOrDefault(Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}
