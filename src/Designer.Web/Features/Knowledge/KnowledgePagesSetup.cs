using Designer.Knowledge;
using Designer.Storage;

namespace Designer.Web.Features.Knowledge;

public static class KnowledgePagesSetup
{
    public static void AddKnowledgePages(this IServiceCollection services, StorageOptions storage)
    {
        services.AddDesignerKnowledge(options => options.Folder = storage.KnowledgeFolder);
        services.AddSingleton<KnowledgeBases>();
    }
}
