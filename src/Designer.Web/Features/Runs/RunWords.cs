using System.Globalization;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Web.Features.Shell;

namespace Designer.Web.Features.Runs;

/// <summary>Runs as people read them.</summary>
public static class RunWords
{
    public static string State(RunState state) => state switch
    {
        RunState.Queued => L["queued"],
        RunState.Running => L["running"],
        RunState.Waiting => L["waits for a person"],
        RunState.Completed => L["completed"],
        RunState.Failed => L["failed"],
        _ => L["cancelled"],
    };

    /// <summary>The chip's class and icon for a state; colour never stands alone.</summary>
    public static (string Chip, string Icon) Mark(RunState state) => state switch
    {
        RunState.Completed => ("ok", "check"),
        RunState.Failed => ("err", "circle-x"),
        RunState.Waiting => ("warn", "user-round-check"),
        RunState.Cancelled => ("", "ban"),
        _ => ("accent", "loader-circle"),
    };

    /// <summary>"v3", or "draft": a draft's revision says nothing to people.</summary>
    public static string Version(string version) => version.StartsWith("draft", StringComparison.Ordinal) ? L["draft"] : $"v{version}";

    /// <summary>A decision's name as its button says it: <c>ask_again</c> is "Ask again".</summary>
    public static string Decision(string name) => name switch
    {
        "approve" => L["Approve"],
        "reject" => L["Reject"],
        _ => Plain(name),
    };

    private static string Plain(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.001 => "<1 ms",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        < 90 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
    };

    /// <summary>A step's state as the trace calls it.</summary>
    public static string Step(string state) => state switch
    {
        "ready" => L["ready"],
        "running" => L["running"],
        "waiting" => L["waiting"],
        "stopped" => L["at a breakpoint"],
        "completed" => L["completed"],
        "skipped" => L["skipped"],
        "failed" => L["failed"],
        "retrying" => L["retrying"],
        "cancelled" => L["cancelled"],
        _ => state,
    };

    public static string? Duration(RunRow run) => run.EndedAt is { } end ? Duration(end - run.StartedAt) : null;

    /// <summary>The first text of the input, or its files' names, to recognise a run by.</summary>
    public static string Title(RunRow run)
    {
        JsonElement input = run.Large?.Input is { } large ? Begun(large.Preview) : run.Input;
        if (input.ValueKind != JsonValueKind.Object) return run.Large?.Input is { } other ? Short(other.Preview) : "–";
        foreach (JsonProperty value in input.EnumerateObject())
            if (value.Value.ValueKind == JsonValueKind.String && value.Value.GetString() is { Length: > 0 } text) return Short(text);
        string names = string.Join(", ", FlowValue.FilesIn(input).Select(file => file.Name));
        return Short(names.Length > 0 ? names : input.GetRawText());
    }

    /// <summary>The beginning of a large input as far as it goes, where it was cut inside one of its texts.</summary>
    private static JsonElement Begun(string preview)
    {
        try
        {
            return JsonElement.Parse(preview + "\"}");
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string Short(string text) => ShownText.Of(text.Length > 140 ? text[..140] + "…" : text);
}
