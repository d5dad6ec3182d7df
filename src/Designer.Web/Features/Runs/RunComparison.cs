using System.Text.Encodings.Web;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Web.Features.Shell;

namespace Designer.Web.Features.Runs;

/// <summary>One step as two runs had it; null where a run did not come to it.</summary>
public sealed record ComparedStep(string Path, TraceStep? Left, TraceStep? Right)
{
    public bool OutputsDiffer => RunComparison.Text(Left?.Outputs) != RunComparison.Text(Right?.Outputs);
    public bool InputsDiffer => RunComparison.Text(Left?.Inputs) != RunComparison.Text(Right?.Inputs);
    public bool IsSame => Left?.State == Right?.State && !OutputsDiffer && !InputsDiffer;
}

/// <summary>Two runs beside each other: data in, data out.</summary>
public sealed class RunComparison
{
    private const int LongestText = 40_000;
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In the order of the first run; steps that only the second has stand where it came to them.</summary>
    public static IReadOnlyList<ComparedStep> Steps(RunTrace left, RunTrace right)
    {
        List<string> order = [.. left.Steps.Select(s => s.Path)];
        string? before = null;
        foreach (TraceStep step in right.Steps)
        {
            if (!order.Contains(step.Path)) order.Insert(before is null ? 0 : order.IndexOf(before) + 1, step.Path);
            before = step.Path;
        }
        Dictionary<string, TraceStep> a = left.Steps.ToDictionary(s => s.Path), b = right.Steps.ToDictionary(s => s.Path);
        return [.. order.Select(path => new ComparedStep(path, a.GetValueOrDefault(path), b.GetValueOrDefault(path)))];
    }

    /// <summary>Both texts with the words that changed between them. Very long ones are cut.</summary>
    public static IReadOnlyList<TextPart> Diff(object? left, object? right) => TextDiff.Between(ShownText.Of(Cut(Text(left))), ShownText.Of(Cut(Text(right))));

    /// <summary>A value as people compare it: a lone text as text, everything else as indented JSON.</summary>
    public static string Text(object? value)
    {
        if (value is null) return "";
        JsonElement json = FlowValue.ToJson(value);
        return json.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => "",
            JsonValueKind.String => json.GetString()!,
            _ => JsonSerializer.Serialize(json, s_indented),
        };
    }

    private static string Cut(string text) => text.Length > LongestText ? text[..LongestText] + "…" : text;
}
