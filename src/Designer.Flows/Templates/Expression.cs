using Fluid.Ast;

namespace Designer.Flows;

/// <summary>A Liquid expression that is true or false: <c>search.chunks.size > 0 and start.question != ""</c>.</summary>
public sealed class Expression
{
    private static readonly BoundedCache<Expression> Parsed = new(500);
    private readonly Fluid.Ast.Expression _condition;

    private Expression(string text)
    {
        Text = text;
        string inner = text.Trim();
        if (inner.StartsWith("{{", StringComparison.Ordinal) && inner.EndsWith("}}", StringComparison.Ordinal)) inner = inner[2..^2].Trim();
        if (inner.Length == 0) throw new TemplateException($"The condition is empty.");
        if (inner.Contains("%}", StringComparison.Ordinal) || inner.Contains("{%", StringComparison.Ordinal)) throw new TemplateException($"A condition cannot hold tags.");
        // Liquid has conditions only inside its tags.
        IReadOnlyList<Statement> statements = LiquidTemplate.ParseBounded($"{{% if {inner} %}}{{% endif %}}", out IReadOnlyList<ReferencePath> references).Statements;
        _condition = statements is [IfStatement { ElseIfs.Count: 0 } only] ? only.Condition : throw new TemplateException($"This is not a condition.");
        References = references;
    }

    public string Text { get; }

    public IReadOnlyList<ReferencePath> References { get; }

    /// <exception cref="TemplateException">The text is no condition.</exception>
    public static Expression Parse(string text) => Parsed.GetOrAdd(text, t => new Expression(t));

    /// <exception cref="TemplateException">The expression fails or goes over its limits.</exception>
    public bool Holds(IValueScope scope) =>
        LiquidTemplate.Guard(() => _condition.EvaluateAsync(LiquidTemplate.Context(scope)).AsTask().GetAwaiter().GetResult().ToBooleanValue());
}
