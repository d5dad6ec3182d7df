namespace Designer.Flows;

/// <summary>A text is no flow document, or over the limits. All that was found is in <see cref="Problems"/>.</summary>
public sealed class FlowFormatException : Exception, ISaid
{
    public FlowFormatException(IReadOnlyList<Problem> problems) : base(Problem.Summary(problems).ToString()) => Problems = problems;

    public IReadOnlyList<Problem> Problems { get; }

    public Sentence Said => Problem.Summary(Problems);
}
