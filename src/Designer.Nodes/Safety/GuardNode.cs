using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Safety;

[Node("safety.guard", NodeGroup.Safety, Name = "Guard", Icon = "shield-check", Summary = "personal data: {onPii}, injection: {onInjection}",
    Example = "Mask card numbers and e-mail addresses before a text goes to a model.",
    Description = "Checks a text by rules, without a model: personal data with its checksums, and attempts to give a model other instructions, in plain sight, hidden or encoded. "
                + "Rules catch the known and the careless; they are no proof against a determined attacker.")]
[OutputPort("pass", Label = "Pass"), OutputPort("blocked", Label = "Blocked")]
public sealed class GuardNode : Node<GuardNode.Settings, GuardNode.Outputs>
{
    /// <summary>Longer texts are blocked: a guard that reads only a part guards nothing.</summary>
    private const int LongestText = 1_000_000;

    public enum PiiAction { Mask, Block, Off }
    public enum InjectionAction { Block, Flag, Off }

    public sealed record Settings(
        [property: Setting("Text", Template = true, Required = true, Widget = Widget.TextArea)] string Text,
        [property: Setting("Personal data", Help = "Mask: replaced by its kind, e.g. [email]. Block: the text takes the way “blocked”.")] PiiAction OnPii = PiiAction.Mask,
        [property: Setting("Prompt injection", Help = "Flag: reported among the findings, and passed on.")] InjectionAction OnInjection = InjectionAction.Block,
        [property: Setting("Kinds of personal data", Help = "Empty: all of them.")] IReadOnlyList<PiiKind>? Kinds = null);

    /// <summary>What was found, without the found text itself.</summary>
    /// <param name="Kind"><c>personalData</c> or <c>injection</c>.</param>
    /// <param name="Start">Characters from the start of the checked text.</param>
    public sealed record Finding(string Kind, int Start, int Length, string Rule);

    public sealed record Outputs(
        [property: Output("Text")] string Text,
        [property: Output("Findings", Type = "array<object>")] IReadOnlyList<Finding> Findings,
        [property: Output("Reason")] string? Reason);

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        string text = settings.Text;
        if (text.Length > LongestText) return new(StepResult.Take("blocked", new Outputs("", [], $"The text is longer than {LongestText} characters.")));

        IReadOnlyList<PiiMatch> personal = settings.OnPii == PiiAction.Off ? [] : PersonalData.Find(text, settings.Kinds);
        IReadOnlyList<InjectionMatch> injection = settings.OnInjection == InjectionAction.Off ? [] : InjectionRules.Find(text);
        bool isInjection = InjectionRules.IsInjection(injection);
        List<Finding> findings =
        [
            .. personal.Select(p => new Finding("personalData", p.Start, p.Length, p.Kind.InWords())),
            .. isInjection ? injection.Select(i => new Finding("injection", i.Start, i.Length, i.Rule)) : [],
        ];
        List<string> reasons = [];
        if (settings.OnPii == PiiAction.Block && personal.Count > 0) reasons.Add($"personal data ({Names(personal.Select(p => p.Kind.InWords()))})");
        if (settings.OnInjection == InjectionAction.Block && isInjection) reasons.Add($"an attempt to change instructions ({Names(injection.Select(i => i.Rule))})");

        Outputs outputs = new(PersonalData.Mask(text, personal), findings, reasons.Count > 0 ? "The text holds " + string.Join(" and ", reasons) + "." : null);
        return new(StepResult.Take(reasons.Count > 0 ? "blocked" : "pass", outputs));
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Distinct());
}
