namespace Designer.Flows;

/// <summary>A text is no flow document, or over the limits. All that was found is in <see cref="Problems"/>.</summary>
public sealed class FlowFormatException : Exception
{
    public FlowFormatException(IReadOnlyList<Problem> problems) : base(Summarise(problems)) => Problems = problems;

    public IReadOnlyList<Problem> Problems { get; }

    private static string Summarise(IReadOnlyList<Problem> problems) =>
        problems.Count == 1 ? problems[0].Message : $"{problems[0].Message} ({problems.Count - 1} more)";
}
