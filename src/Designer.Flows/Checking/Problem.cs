namespace Designer.Flows;

/// <summary>Something wrong in a flow. Codes are stable; errors stop a run and a publication, warnings don't; information is only good to know.</summary>
/// <param name="Path">Where in the node, e.g. <c>settings.query</c>.</param>
/// <param name="Fix">What to do about it, where there is one thing to do.</param>
/// <param name="Spot">Which part of the text at <paramref name="Path"/> is meant, where it is not all of it.</param>
public sealed record Problem(
    string Code, ProblemSeverity Severity, Sentence Message, string? NodeId = null, string? EdgeId = null, string? Path = null, Sentence? Fix = null, ProblemSpot? Spot = null)
{
    /// <summary>The first of several, and how many there are beside it.</summary>
    public static Sentence Summary(IReadOnlyList<Problem> problems) => problems.Count == 1 ? problems[0].Message : $"{problems[0].Message} (and {problems.Count - 1} more)";
}

/// <summary>A part of a template: a reference wherever it stands in it, or a place.</summary>
/// <param name="Reference">As <see cref="ReferencePath.Text"/> writes it.</param>
/// <param name="Line">From 1, as <paramref name="Column"/>.</param>
public sealed record ProblemSpot(string? Reference = null, int? Line = null, int? Column = null)
{
    /// <summary>Where a template could not be read; null where that is not known.</summary>
    public static ProblemSpot? Of(TemplateException mistake) => mistake.Line > 0 ? new ProblemSpot(Line: mistake.Line, Column: mistake.Column) : null;
}

public enum ProblemSeverity { Error, Warning, Info }
