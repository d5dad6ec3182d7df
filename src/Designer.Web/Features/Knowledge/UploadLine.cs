using Designer.Knowledge;
using Designer.Web.Features.Shell;

namespace Designer.Web.Features.Knowledge;

/// <summary>One file on its way into a knowledge base, as the page shows it.</summary>
public sealed class UploadLine(string name)
{
    public string Name { get; } = name;
    public string Text { get; private set; } = L["waits"];
    public bool IsRunning { get; private set; }
    public bool IsDone { get; private set; }
    public bool IsFailed { get; private set; }
    public string Icon => IsFailed ? "circle-x" : IsDone ? "check" : IsRunning ? "loader-circle" : "circle-dashed";

    public void Start(string text) => (IsRunning, Text) = (true, text);

    public void Finish(AddResult result) => (IsDone, Text) = (true, result.Outcome switch
    {
        AddOutcome.Unchanged => L["unchanged"],
        AddOutcome.Replaced => L["replaced, {0}", L.Count(result.Chunks, "1 passage", "{0:N0} passages")],
        _ => L.Count(result.Chunks, "1 passage", "{0:N0} passages"),
    });

    public void Fail(string why) => (IsDone, IsFailed, Text) = (true, true, why);
}
