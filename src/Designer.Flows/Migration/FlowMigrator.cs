using System.Text.Json;

namespace Designer.Flows;

/// <summary>Brings the settings of a node type from one version to the next. Shipped by the type that changed its meaning.</summary>
public interface IFlowMigration
{
    string Type { get; }
    /// <summary>The version it reads; it writes the one after it.</summary>
    int From { get; }
    /// <param name="settings">A JSON object, or undefined where the node has none.</param>
    JsonElement Migrate(JsonElement settings);
}

/// <summary>One node that was brought to a newer version of its type.</summary>
public sealed record MigratedNode(string NodeId, string Type, int From, int To);

/// <param name="Nodes">What was migrated.</param>
/// <param name="Problems">Nodes whose migration failed; they stay as they were.</param>
public sealed record MigrationReport(IReadOnlyList<MigratedNode> Nodes, IReadOnlyList<Problem> Problems)
{
    public bool IsEmpty => Nodes.Count + Problems.Count == 0;
}

/// <summary>Migrates old documents when they are read. The stored bytes change only when the user saves.</summary>
public static class FlowMigrator
{
    /// <summary>Applies each node's migrations one after the other, as far as there are any. The same document comes back when there are none.</summary>
    public static (FlowDocument Document, MigrationReport Report) Migrate(FlowDocument document, IEnumerable<IFlowMigration> migrations)
    {
        Dictionary<(string Type, int From), IFlowMigration> steps = migrations.ToDictionary(m => (m.Type, m.From));
        List<MigratedNode> migrated = [];
        List<Problem> problems = [];
        IReadOnlyList<FlowNode> nodes = Migrate(document.Nodes);
        return (migrated.Count == 0 ? document : document with { Nodes = nodes }, new MigrationReport(migrated, problems));

        IReadOnlyList<FlowNode> Migrate(IReadOnlyList<FlowNode> level) => [.. level.Select(MigrateNode)];

        FlowNode MigrateNode(FlowNode node)
        {
            if (node.Children is { } body) node = node with { Children = body with { Nodes = Migrate(body.Nodes) } };
            (int version, JsonElement settings) = (node.TypeVersion, node.Settings);
            try
            {
                for (; steps.TryGetValue((node.Type, version), out IFlowMigration? step); version++) settings = step.Migrate(settings);
            }
            catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException or JsonException or FlowValueException)
            {
                // Settings that no version of the type ever had; whoever opens the flow can put them right.
                problems.Add(new Problem("node.migrationFailed", ProblemSeverity.Error, $"{Findings.NameOf(node)} cannot be brought from version {version} of its type to the next: {Sentence.Of(e)}", node.Id, Path: "settings"));
                return node;
            }
            if (version == node.TypeVersion) return node;
            migrated.Add(new MigratedNode(node.Id, node.Type, node.TypeVersion, version));
            return node with { TypeVersion = version, Settings = settings };
        }
    }
}
