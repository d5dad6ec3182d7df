using Fluid.Ast;
using LiquidExpression = Fluid.Ast.Expression;

namespace Designer.Flows;

/// <summary>Finds what a template refers to outside itself: names that it assigns or loops over are its own.</summary>
internal sealed class ReferenceFinder : AstVisitor
{
    private readonly List<ReferencePath> _found = [];
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal) { "forloop", "parentloop" };
    private readonly List<string> _loopNames = [];
    private readonly List<HashSet<string>> _asked = [];
    private int _handled;

    public static IReadOnlyList<ReferencePath> Find(IEnumerable<Statement> statements)
    {
        ReferenceFinder finder = new();
        finder.VisitAll(statements);
        return [.. finder._found.Distinct()];
    }

    protected override LiquidExpression VisitMemberExpression(MemberExpression memberExpression)
    {
        List<string> path = [];
        bool isKnown = true;
        foreach (MemberSegment segment in memberExpression.Segments)
        {
            string? part = segment switch
            {
                IdentifierSegment identifier => identifier.Identifier,
                IndexerSegment { Expression: LiteralExpression literal } => literal.Value.ToStringValue(),
                _ => null,
            };
            isKnown &= part is not null;
            if (isKnown) path.Add(part!);
            if (segment is IndexerSegment { Expression: not LiteralExpression } indexer) Visit(indexer.Expression);
        }
        string root = path[0];
        if (!_assigned.Contains(root) && !_loopNames.Contains(root))
            _found.Add(new ReferencePath(root, [.. path.Skip(1)], _handled > 0 || _asked.Any(a => a.Contains(root))));
        return memberExpression;
    }

    protected override LiquidExpression VisitFilterExpression(FilterExpression filterExpression)
    {
        if (!LiquidTemplate.Options.Filters.TryGetValue(filterExpression.Name, out _))
            throw new TemplateException($"There is no filter '{filterExpression.Name}'.");
        // Everything left of a default filter is handled by it.
        bool handles = filterExpression.Name == "default";
        _handled += handles ? 1 : 0;
        Visit(filterExpression.Input);
        _handled -= handles ? 1 : 0;
        foreach (FilterArgument parameter in filterExpression.Parameters) Visit(parameter.Expression);
        return filterExpression;
    }

    protected override Statement VisitAssignStatement(AssignStatement assignStatement)
    {
        Visit(assignStatement.Value);
        _assigned.Add(assignStatement.Identifier);
        return assignStatement;
    }

    protected override Statement VisitCaptureStatement(CaptureStatement captureStatement)
    {
        VisitAll(captureStatement.Statements);
        _assigned.Add(captureStatement.Identifier);
        return captureStatement;
    }

    protected override Statement VisitIncrementStatement(IncrementStatement incrementStatement)
    {
        _assigned.Add(incrementStatement.Identifier);
        return incrementStatement;
    }

    protected override Statement VisitDecrementStatement(DecrementStatement decrementStatement)
    {
        _assigned.Add(decrementStatement.Identifier);
        return decrementStatement;
    }

    protected override Statement VisitForStatement(ForStatement forStatement)
    {
        Visit(forStatement.Source);
        if (forStatement.Limit is not null) Visit(forStatement.Limit);
        if (forStatement.Offset is not null && !forStatement.OffsetIsContinue) Visit(forStatement.Offset);
        _loopNames.Add(forStatement.Identifier);
        VisitAll(forStatement.Statements);
        _loopNames.RemoveAt(_loopNames.Count - 1);
        if (forStatement.Else is not null) VisitAll(forStatement.Else.Statements);
        return forStatement;
    }

    protected override Statement VisitIfStatement(IfStatement ifStatement)
    {
        Branches(ifStatement.Condition, ifStatement.Statements, ifStatement.ElseIfs, ifStatement.Else);
        return ifStatement;
    }

    protected override Statement VisitUnlessStatement(UnlessStatement unlessStatement)
    {
        Branches(unlessStatement.Condition, unlessStatement.Statements, [], unlessStatement.Else);
        return unlessStatement;
    }

    protected override Statement VisitCaseStatement(CaseStatement caseStatement)
    {
        Condition(caseStatement.Expression);
        foreach (WhenStatement when in caseStatement.Whens)
        {
            foreach (LiquidExpression option in when.Options) Condition(option);
            VisitAll(when.Statements);
        }
        if (caseStatement.Else is not null) VisitAll(caseStatement.Else.Statements);
        return caseStatement;
    }

    private void Branches(LiquidExpression condition, IEnumerable<Statement> then, IEnumerable<ElseIfStatement> elseIfs, ElseStatement? otherwise)
    {
        HashSet<string> asked = Condition(condition);
        _asked.Add(asked);
        VisitAll(then);
        foreach (ElseIfStatement elseIf in elseIfs)
        {
            asked.UnionWith(Condition(elseIf.Condition));
            VisitAll(elseIf.Statements);
        }
        if (otherwise is not null) VisitAll(otherwise.Statements);
        _asked.RemoveAt(_asked.Count - 1);
    }

    /// <summary>Visits a condition and says which roots it asks for.</summary>
    private HashSet<string> Condition(LiquidExpression condition)
    {
        int before = _found.Count;
        _handled++;
        Visit(condition);
        _handled--;
        return [.. _found.Skip(before).Select(r => r.Root)];
    }

    private void VisitAll(IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements) Visit(statement);
    }
}
