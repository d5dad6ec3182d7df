using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Designer.Models.Comfy;

/// <summary>A workflow in ComfyUI's API format: nodes by id, each with a class and inputs. Its inputs can be given other values.</summary>
internal sealed class ComfyWorkflow
{
    private const int Longest = 1_000_000;
    private readonly JsonObject _nodes;

    private ComfyWorkflow(JsonObject nodes) => _nodes = nodes;

    public string Json => _nodes.ToJsonString();

    /// <exception cref="ModelException"><c>model.refused</c>, with what is wrong in words for the flow's author.</exception>
    public static ComfyWorkflow Read(string? json)
    {
        if (string.IsNullOrWhiteSpace(json)) throw Refused("A ComfyUI server needs a workflow. In ComfyUI choose “Export (API)” and paste the file's text.");
        if (json.Length > Longest) throw Refused($"The workflow is longer than {Longest:N0} characters.");
        JsonObject nodes;
        try
        {
            nodes = JsonNode.Parse(json) as JsonObject ?? throw Refused("The workflow is no JSON object.");
        }
        catch (JsonException e)
        {
            throw Refused($"The workflow is no JSON: {e.Message}");
        }
        if (nodes["nodes"] is JsonArray) throw Refused("This is a workflow as ComfyUI saves it for its editor. Choose “Export (API)” in ComfyUI and take that file.");
        if (nodes.Count == 0) throw Refused("The workflow has no nodes.");
        foreach ((string id, JsonNode? node) in nodes)
            if (node is not JsonObject { } part || Text(part["class_type"]) is null || part["inputs"] is not JsonObject) throw Refused($"The workflow's node “{id}” has no class_type and inputs. Choose “Export (API)” in ComfyUI and take that file.");
        return new ComfyWorkflow(nodes);
    }

    /// <summary>The input that a path such as <c>6.inputs.text</c> or <c>6.text</c> names, so that nothing is handed over for one that is not there.</summary>
    public ComfyInput Find(string path)
    {
        int dot = path.IndexOf('.', StringComparison.Ordinal);
        string id = dot < 0 ? path : path[..dot], name = dot < 0 ? "" : path[(dot + 1)..];
        if (name.StartsWith("inputs.", StringComparison.Ordinal)) name = name["inputs.".Length..];
        if (_nodes[id] is not JsonObject node) throw Refused($"The workflow has no node “{id}”. It has {string.Join(", ", _nodes.Select(n => $"{n.Key} ({Title(n.Key)})").Take(20))}.");
        JsonObject inputs = (JsonObject)node["inputs"]!;
        if (!inputs.ContainsKey(name)) throw Refused($"Node {id} ({Title(id)}) has no input “{name}”. It has {string.Join(", ", inputs.Select(i => i.Key).Take(20))}.");
        return new ComfyInput(inputs, name);
    }

    /// <summary>What people call the node: its title, or its class.</summary>
    public string Title(string id) => _nodes[id] is JsonObject node ? Text(node["_meta"]?["title"]) ?? Text(node["class_type"])! : id;

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static ModelException Refused(string message) => new(ModelErrorCodes.Refused, message);

    /// <summary>One input of a node.</summary>
    internal readonly record struct ComfyInput(JsonObject Inputs, string Name)
    {
        /// <summary>A text becomes a number or a yes or no where the workflow has one, for that is what a template can give.</summary>
        public void Set(JsonNode? value)
        {
            string? text = Text(value);
            Inputs[Name] = (Inputs[Name]?.GetValueKind(), text) switch
            {
                (JsonValueKind.Number, { } number) when long.TryParse(number.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => whole,
                (JsonValueKind.Number, { } number) when double.TryParse(number.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double part) && double.IsFinite(part) => part,
                (JsonValueKind.True or JsonValueKind.False, { } yes) when bool.TryParse(yes.Trim(), out bool isOn) => isOn,
                _ => value?.DeepClone(),
            };
        }
    }
}
