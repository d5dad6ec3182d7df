using Designer.Models.Connections;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Tests.OpenAi;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Models.Tests.Onnx;

/// <summary>The product's registry with the shared models as the data folder's <c>models</c>.</summary>
internal static class OnnxRegistry
{
    public static TestModels Create(OnnxSettings? settings = null, string? home = null)
    {
        settings ??= new OnnxSettings { Threads = 1 };
        return new TestModels(configure: services => services
            .AddSingleton(settings)
            .AddSingleton(new ModelPaths(home ?? Path.GetDirectoryName(Repository.Model("stories260k"))!, settings)));
    }

    public static ModelConnection Connection(string model, string name = "local") => new()
    {
        Id = Guid.CreateVersion7(),
        WorkspaceId = TestModels.Workspace,
        Name = name,
        Provider = ModelProviders.Onnx,
        Model = model,
    };
}
