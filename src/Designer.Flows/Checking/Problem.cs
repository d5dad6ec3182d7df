namespace Designer.Flows;

/// <summary>Something wrong in a flow. Codes are stable; errors stop a run and a publication, warnings don't; information is only good to know.</summary>
/// <param name="Path">Where in the node, e.g. <c>settings.query</c>.</param>
/// <param name="Fix">What to do about it, where there is one thing to do.</param>
public sealed record Problem(
    string Code, ProblemSeverity Severity, string Message, string? NodeId = null, string? EdgeId = null, string? Path = null, string? Fix = null);

public enum ProblemSeverity { Error, Warning, Info }
