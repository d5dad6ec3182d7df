using Designer.Engine;

namespace Designer.Nodes;

/// <summary>What a model must know to call an attached node: a name that the node's settings mention as <c>{{ args.name }}</c>.</summary>
public sealed record ToolParameter(
    [property: Setting("Name", Required = true)] string Name,
    [property: Setting("Type", Options = ["string", "number", "integer", "boolean", "object", "array"])] string Type = "string",
    [property: Setting("Description", Help = "Tells the model what to put here.")] string? Description = null,
    [property: Setting("Required")] bool Required = true);
