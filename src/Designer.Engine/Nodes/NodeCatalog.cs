using System.Collections.Frozen;
using System.Reflection;
using Designer.Flows;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Engine;

/// <summary>Every node type there is: all classes with <see cref="NodeAttribute"/> in the given assemblies. Nobody registers one by hand.</summary>
public sealed class NodeCatalog : INodeTypes
{
    private readonly FrozenDictionary<string, NodeEntry> entries;

    /// <summary>Finds node classes and makes one instance of each, with its services.</summary>
    public NodeCatalog(IServiceProvider services, IEnumerable<Assembly> assemblies)
        : this(assemblies.SelectMany(a => a.GetTypes())
            .Where(t => t is { IsAbstract: false } && t.IsDefined(typeof(NodeAttribute)))
            .Select(t => (Node)ActivatorUtilities.CreateInstance(services, t)))
    {
    }

    public NodeCatalog(IEnumerable<Node> nodes)
    {
        List<NodeEntry> all = [.. nodes.Select(n => new NodeEntry(n, DescriptorReader.Read(n.GetType(), n.SettingsType, n.OutputsType), n.GetType().GetCustomAttribute<NodeAttribute>()!.DoNotRepeat))];
        entries = all.GroupBy(e => e.Descriptor.Type).ToFrozenDictionary(g => g.Key, g => g.MaxBy(e => e.Descriptor.Version)!);
        All = [.. entries.Values.Select(e => e.Descriptor).OrderBy(d => d.Group).ThenBy(d => d.Type, StringComparer.Ordinal)];
    }

    public IReadOnlyCollection<NodeDescriptor> All { get; }
    public NodeDescriptor? Find(string type) => Entry(type)?.Descriptor;
    internal NodeEntry? Entry(string type) => entries.GetValueOrDefault(type);
}

internal sealed record NodeEntry(Node Node, NodeDescriptor Descriptor, bool DoNotRepeat);
