using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Designer.Knowledge;

public static class KnowledgeSetup
{
    /// <summary>Registers <see cref="KnowledgeIndex"/>. The host adds an <see cref="IKnowledgeStore"/>.</summary>
    public static IServiceCollection AddDesignerKnowledge(this IServiceCollection services, Action<KnowledgeOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ =>
        {
            var options = new KnowledgeOptions();
            configure?.Invoke(options);
            return options;
        });
        services.TryAddSingleton<KnowledgeIndex>();
        return services;
    }
}
