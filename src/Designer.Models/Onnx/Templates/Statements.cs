namespace Designer.Models.Onnx.Templates;

/// <summary>How a statement ended.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>A part of a template that writes or changes something.</summary>
internal abstract record Statement
{
    public Flow Run(Rendering rendering)
    {
        rendering.Step();
        return Do(rendering);
    }

    protected abstract Flow Do(Rendering rendering);
}

internal sealed record Block(IReadOnlyList<Statement> Statements) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        foreach (Statement statement in Statements)
            if (statement.Run(rendering) is not Flow.Next and Flow flow) return flow;
        return Flow.Next;
    }
}

internal sealed record TextPart(string Text) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        rendering.Write(Text);
        return Flow.Next;
    }
}

internal sealed record Output(Expression Of) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        rendering.Write(Values.Text(Of.Value(rendering)));
        return Flow.Next;
    }
}

internal sealed record If(IReadOnlyList<(Expression Condition, Block Body)> Branches, Block? Else) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        foreach ((Expression condition, Block body) in Branches)
            if (Values.Truth(condition.Value(rendering))) return body.Run(rendering);
        return Else?.Run(rendering) ?? Flow.Next;
    }
}

/// <summary>Loop control: break and continue.</summary>
internal sealed record Leave(Flow How) : Statement
{
    protected override Flow Do(Rendering rendering) => How;
}

/// <summary>What stands left of an equals sign: names (one, or several that share a list), or a member of a namespace.</summary>
internal sealed record Target(IReadOnlyList<string> Names, string? Member = null)
{
    public void Set(Rendering rendering, Scope scope, object? value)
    {
        if (Member is not null)
        {
            if (rendering.Scope[Names[0]] is not Namespace space) throw new TemplateException($"'{Names[0]}' is no namespace, so '{Member}' of it cannot be set.");
            space.Members[Member] = value;
            return;
        }
        if (Names.Count == 1)
        {
            scope[Names[0]] = value;
            return;
        }
        IReadOnlyList<object?> parts = Values.Items(value);
        if (parts.Count != Names.Count) throw new TemplateException($"{parts.Count} values cannot be shared by {Names.Count} names.");
        for (int i = 0; i < parts.Count; i++) scope[Names[i]] = parts[i];
    }
}

internal sealed record Set(Target Target, Expression Of) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        Target.Set(rendering, rendering.Scope, Of.Value(rendering));
        return Flow.Next;
    }
}

/// <summary>What a block writes becomes a value.</summary>
internal sealed record SetBlock(Target Target, IReadOnlyList<(string Name, ArgumentList Arguments)> Filters, Block Body) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        object? value = rendering.Capture(() => rendering.Inside(new Scope(rendering.Scope), () => Body.Run(rendering)));
        foreach ((string name, ArgumentList arguments) in Filters) value = Templates.Filters.Apply(rendering, name, value, arguments.Evaluate(rendering));
        Target.Set(rendering, rendering.Scope, value);
        return Flow.Next;
    }
}

internal sealed record FilterBlock(IReadOnlyList<(string Name, ArgumentList Arguments)> Filters, Block Body) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        object? value = rendering.Capture(() => rendering.Inside(new Scope(rendering.Scope), () => Body.Run(rendering)));
        foreach ((string name, ArgumentList arguments) in Filters) value = Templates.Filters.Apply(rendering, name, value, arguments.Evaluate(rendering));
        rendering.Write(Values.Text(value));
        return Flow.Next;
    }
}

/// <summary>A block with names of its own.</summary>
internal sealed record With(IReadOnlyList<(string Name, Expression Value)> Names, Block Body) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        Scope scope = new(rendering.Scope);
        foreach ((string name, Expression value) in Names) scope[name] = value.Value(rendering);
        return rendering.Inside(scope, () => Body.Run(rendering));
    }
}

/// <summary>An expression run for its effect.</summary>
internal sealed record Effect(Expression Of) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        Of.Value(rendering);
        return Flow.Next;
    }
}

internal sealed record Macro(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, Block Body) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        Scope around = rendering.Scope;
        around[Name] = AsFunction(rendering, around, caller: null);
        return Flow.Next;
    }

    public Function AsFunction(Rendering rendering, Scope around, Function? caller) => arguments =>
    {
        Scope scope = new(around);
        if ((arguments.Named.TryGetValue("caller", out object? given) ? given as Function : caller) is { } calling) scope["caller"] = calling;
        return rendering.Capture(() => rendering.Inside(scope, () =>
        {
            for (int i = 0; i < Parameters.Count; i++)
            {
                (string name, Expression? otherwise) = Parameters[i];
                scope[name] = i < arguments.Positional.Count ? arguments.Positional[i]
                    : arguments.Named.TryGetValue(name, out object? named) ? named
                    : otherwise is null ? new Undefined(name) : otherwise.Value(rendering);
            }
            return Body.Run(rendering);
        }));
    };
}

/// <summary>Calls a macro with a block that it may ask for.</summary>
internal sealed record CallBlock(Call Of, Macro Body) : Statement
{
    protected override Flow Do(Rendering rendering)
    {
        if (Of.Of.Value(rendering) is not Function function) throw new TemplateException("What is called is no macro.");
        Arguments arguments = Of.Arguments.Evaluate(rendering);
        arguments.Named["caller"] = Body.AsFunction(rendering, rendering.Scope, caller: null);
        rendering.Write(Values.Text(function(arguments)));
        return Flow.Next;
    }
}
