namespace Designer.Flows;

/// <summary>Applies commands to documents. A function of its arguments: the document that comes in stays as it is.</summary>
public static class FlowEditor
{
    /// <summary>Applies all operations or none. The inverse brings back the document as it was, byte for byte.</summary>
    /// <exception cref="FlowEditException">An operation does not fit.</exception>
    public static (FlowDocument Document, IReadOnlyList<Op> Inverse) Apply(FlowDocument document, IReadOnlyList<Op> ops)
    {
        DraftDocument draft = new(document);
        List<Op> inverse = [];
        for (int i = 0; i < ops.Count; i++)
        {
            try
            {
                // Undone backwards: what came last goes first.
                inverse.InsertRange(0, draft.Apply(ops[i]));
            }
            catch (EditRefused e)
            {
                throw new FlowEditException(e.Code, e.Said, i);
            }
        }
        return (draft.ToDocument(), inverse);
    }

    /// <summary>The operations that make one document the other, as small as possible: what a restore or a merge says to the other editors.</summary>
    public static IReadOnlyList<Op> Between(FlowDocument before, FlowDocument after) => OpsBetween.Find(before, after);
}

/// <summary>Why an operation does not fit, before it is known which one of the command it was.</summary>
internal sealed class EditRefused(string code, Sentence message) : Exception(message.ToString()), ISaid
{
    public Sentence Said { get; } = message;
    public string Code { get; } = code;

    public static EditRefused NotFound(Sentence what, string id) => new("edit.notFound", $"There is no {what} \"{id}\".");
    public static EditRefused Exists(Sentence what, string id) => new("edit.exists", $"The {what} \"{id}\" exists already.");
}
