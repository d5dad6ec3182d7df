namespace Designer.Flows;

/// <summary>Something wrong in a flow. Codes are stable; errors stop a run and a publication, warnings don't; information is only good to know.</summary>
/// <param name="Path">Where in the node, e.g. <c>settings.query</c>.</param>
/// <param name="Fix">What to do about it, where there is one thing to do.</param>
public sealed record Problem(
    string Code, ProblemSeverity Severity, Sentence Message, string? NodeId = null, string? EdgeId = null, string? Path = null, Sentence? Fix = null)
{
    /// <summary>The first of several, and how many there are beside it.</summary>
    public static Sentence Summary(IReadOnlyList<Problem> problems) => problems.Count == 1 ? problems[0].Message : $"{problems[0].Message} (and {problems.Count - 1} more)";
}

public enum ProblemSeverity { Error, Warning, Info }
