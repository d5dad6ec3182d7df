using System.Text.Json;

namespace Designer.Models.Tests.Onnx.Goldens;

/// <summary>Reads the expected values that the scripts in this folder made with the reference implementations.</summary>
internal static class Golden
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Designer.Models.Tests", "Onnx", "Goldens");

    public static JsonElement[] Read(string file) => [.. JsonElement.Parse(File.ReadAllText(Path.Combine(Folder, file))).EnumerateArray()];

    public static string[] Texts { get; } = [.. Read("texts.json").Select(text => text.GetString()!)];

    public static int[] Ids(this JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
