using System.Text;

namespace Designer.Models.Onnx.Templates;

/// <summary>What a template may use up. Templates come with downloaded models.</summary>
public sealed record TemplateLimits(int Steps = 2_000_000, int Characters = 16_000_000, int Depth = 60);

/// <summary>One rendering of a template: its variables, what it has written, and what it has used up.</summary>
internal sealed class Rendering(TemplateLimits limits, TimeProvider clock)
{
    private int _steps;
    private int _depth;

    public StringBuilder Output { get; private set; } = new();

    public Scope Scope { get; private set; } = new(null);

    public TimeProvider Clock => clock;

    /// <summary>Counts work: a step for each node, and more for what handles much text.</summary>
    public void Step(int count = 1)
    {
        _steps += count;
        if (_steps > limits.Steps || _steps < 0) throw new TemplateException($"The template takes more than {limits.Steps:N0} steps.");
    }

    public void Write(string text)
    {
        Output.Append(Limited(text));
        if (Output.Length > limits.Characters) throw TooLong();
    }

    /// <summary>A text that was made; counts as much work as it is long.</summary>
    public string Limited(string text)
    {
        Step(1 + text.Length / 256);
        return text.Length <= limits.Characters ? text : throw TooLong();
    }

    public void CheckLength(long length)
    {
        if (length > limits.Characters) throw TooLong();
    }

    /// <summary>Does something with the names of an inner block.</summary>
    public T Inside<T>(Scope scope, Func<T> what)
    {
        if (++_depth > limits.Depth) throw new TemplateException($"The template nests deeper than {limits.Depth} blocks and macros.");
        Scope before = Scope;
        Scope = scope;
        try
        {
            return what();
        }
        finally
        {
            Scope = before;
            _depth--;
        }
    }

    /// <summary>What something writes, as a text.</summary>
    public string Capture(Action what)
    {
        StringBuilder before = Output;
        Output = new StringBuilder();
        try
        {
            what();
            return Output.ToString();
        }
        finally
        {
            Output = before;
        }
    }

    private TemplateException TooLong() => new($"The template makes more than {limits.Characters:N0} characters.");
}

/// <summary>The names of a block, and those of the blocks around it.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object?> _names = new(StringComparer.Ordinal);

    public object? this[string name]
    {
        get
        {
            for (Scope? scope = this; scope is not null; scope = scope.Outer)
                if (scope._names.TryGetValue(name, out object? value)) return value;
            return new Undefined(name);
        }
        set => _names[name] = value;
    }

    public Scope? Outer => outer;
}
