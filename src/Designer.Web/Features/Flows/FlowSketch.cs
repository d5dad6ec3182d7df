using System.Globalization;
using Designer.Flows;

namespace Designer.Web.Features.Flows;

/// <summary>A miniature of a flow's graph: rectangles and curves, fitted into a box. Pure geometry; <c>FlowPicture</c> draws it.</summary>
/// <param name="HasDetail">False when the nodes are so small that only their colour can be seen.</param>
public sealed record FlowSketch(IReadOnlyList<FlowSketch.Box> Boxes, IReadOnlyList<FlowSketch.Line> Lines, double Stroke, bool HasDetail)
{
    public const double Width = 280, Height = 96;
    private const double NodeWidth = 176, NodeHeight = 72, LargestScale = 0.25, Margin = 12, DetailFrom = 0.14;
    private const int MostNodes = 400;

    public static readonly FlowSketch Empty = new([], [], 1.5, true);

    public sealed record Box(double X, double Y, double W, double H, string Colour, bool IsContainer);

    /// <param name="Path">SVG path data.</param>
    public sealed record Line(string Path, bool IsAttachment);

    /// <summary>Children of containers are left out: at this size their container stands for them.</summary>
    public static FlowSketch Of(FlowDocument document)
    {
        List<FlowNode> nodes = [.. document.Nodes.Where(n => double.IsFinite(n.Position.X) && double.IsFinite(n.Position.Y)).Take(MostNodes)];
        if (nodes.Count == 0) return Empty;

        double left = nodes.Min(n => n.Position.X), top = nodes.Min(n => n.Position.Y);
        double spanX = nodes.Max(n => n.Position.X) - left + NodeWidth, spanY = nodes.Max(n => n.Position.Y) - top + NodeHeight;
        double scale = Math.Min(LargestScale, Math.Min((Width - 2 * Margin) / spanX, (Height - 2 * Margin) / spanY));
        double dx = (Width - spanX * scale) / 2, dy = (Height - spanY * scale) / 2;

        var boxes = new Dictionary<string, Box>(StringComparer.Ordinal);
        foreach (FlowNode node in nodes)
        {
            boxes.TryAdd(node.Id, new Box((node.Position.X - left) * scale + dx, (node.Position.Y - top) * scale + dy,
                NodeWidth * scale, NodeHeight * scale, ColourOf(node.Type), node.Children is not null));
        }
        List<Line> lines = [.. document.Edges.Select(edge => Draw(edge, boxes)).OfType<Line>()];
        return new FlowSketch([.. boxes.Values], lines, Math.Clamp(scale * 6, 0.6, 1.5), scale >= DetailFrom);
    }

    /// <summary>The token that colours a node type's group. Types are named after their group, so unknown ones have a colour too.</summary>
    public static string ColourOf(string type) => type.Split('.', 2)[0] switch
    {
        "start" => "start",
        "model" => "model",
        "knowledge" => "know",
        "agents" => "agent",
        "data" => "data",
        "tools" => "tool",
        "safety" => "safe",
        "human" => "human",
        "answer" => "out",
        _ => "logic",
    };

    private static Line? Draw(FlowEdge edge, Dictionary<string, Box> boxes)
    {
        if (!boxes.TryGetValue(edge.Source.Node, out Box? from) || !boxes.TryGetValue(edge.Target.Node, out Box? to)) return null;
        if (edge.Target.Port == "tool")
        {
            (double ax, double ay, double bx, double by) = (from.X + from.W / 2, from.Y + from.H, to.X + to.W / 2, to.Y);
            double reach = Math.Max(4, (by - ay) / 2);
            return new Line(Path(ax, ay, ax, ay + reach, bx, by - reach, bx, by), true);
        }
        (double x, double y, double u, double v) = (from.X + from.W, from.Y + from.H / 2, to.X, to.Y + to.H / 2);
        double pull = Math.Max(6, (u - x) / 2);
        return new Line(Path(x, y, x + pull, y, u - pull, v, u, v), false);
    }

    private static string Path(double x, double y, double cx, double cy, double dx, double dy, double u, double v) =>
        string.Create(CultureInfo.InvariantCulture, $"M{x:0.#} {y:0.#}C{cx:0.#} {cy:0.#} {dx:0.#} {dy:0.#} {u:0.#} {v:0.#}");
}
