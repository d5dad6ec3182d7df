using Designer.Models;
using Designer.Models.Connections;
using Designer.Web.Features.Models.Folders;
using Designer.Web.Features.Models.Hub;
using Designer.Web.Features.Models.Playground;

namespace Designer.Web.Features.Models;

public static class ModelsSetup
{
    public static void AddModelPages(this IServiceCollection services)
    {
        services.AddDesignerModels();
        services.AddSingleton<IKeyProtector, KeyProtector>();
        services.AddSingleton<ModelLists>();
        services.AddSingleton<ModelConnecting>();
        services.AddSingleton<MemoryCheck>();
        services.AddSingleton<PlaygroundCalls>();
        services.AddScoped<PlaygroundMemory>();
        services.AddHostedService<HubKeeper>();
    }
}
