using Designer.Models;
using Designer.Models.Connections;

namespace Designer.Web.Features.Models;

public static class ModelsSetup
{
    public static void AddModelPages(this IServiceCollection services)
    {
        services.AddDesignerModels();
        services.AddSingleton<IKeyProtector, KeyProtector>();
        services.AddSingleton<ModelLists>();
        services.AddSingleton<ModelConnecting>();
    }
}
