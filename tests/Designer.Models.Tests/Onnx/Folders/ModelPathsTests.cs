using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;

namespace Designer.Models.Tests.Onnx.Folders;

public sealed class ModelPathsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("designer-models").FullName;

    public ModelPathsTests()
    {
        foreach (var folder in new[] { "home/inside", "allowed/other", "secret" }) Directory.CreateDirectory(Path.Combine(_root, folder));
    }

    private ModelPaths Paths => new(Path.Combine(_root, "home"), new OnnxSettings { AllowedFolders = [Path.Combine(_root, "allowed")] });

    [Fact]
    public void Models_lie_in_the_data_folder_or_in_an_allowed_one()
    {
        Assert.Equal(Path.Combine(_root, "home", "inside"), Paths.Resolve("inside"));
        Assert.Equal(Path.Combine(_root, "allowed", "other"), Paths.Resolve(Path.Combine(_root, "allowed", "other")));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("inside/../../secret")]
    [InlineData("../allowed-not")]
    [InlineData("/etc/passwd")]
    [InlineData("/does/not/exist")]
    public void Everything_else_is_refused_in_the_same_words(string model) =>
        Assert.Contains("outside the folders for models", Assert.Throws<ModelException>(() => Paths.Resolve(model)).Message);

    [Fact]
    public void A_link_does_not_lead_outside_and_a_missing_folder_is_said()
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "home", "link"), Path.Combine(_root, "secret"));
        Assert.Contains("leads outside", Assert.Throws<ModelException>(() => Paths.Resolve("link")).Message);
        Assert.Contains("There is no 'absent'", Assert.Throws<ModelException>(() => Paths.Resolve("absent")).Message);
        Assert.Equal(ModelErrorCodes.BadFolder, Assert.Throws<ModelException>(() => Paths.Resolve("a\0b")).Code);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
