using System.Reflection;
using Designer.Models.Network;
using Designer.Nodes.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Designer.Nodes;

public static class DesignerNodes
{
    /// <summary>The assembly in which the node catalogue finds the node types.</summary>
    public static Assembly Assembly => typeof(DesignerNodes).Assembly;

    /// <summary>Adds what the nodes need of their own. Models and knowledge come with <c>AddDesignerModels</c> and <c>AddDesignerKnowledge</c>.</summary>
    /// <param name="network">What flows may reach; public addresses only, unless an admin opened hosts.</param>
    public static IServiceCollection AddDesignerNodes(this IServiceCollection services, NetworkPolicy? network = null)
    {
        services.TryAddSingleton(_ => new GuardedHttp(network ?? NetworkPolicy.PublicOnly));
        return services;
    }
}
