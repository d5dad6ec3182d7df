namespace Designer.Flows;

/// <summary>Where a reference's first name is looked up: a node's outputs, <c>each</c>, <c>vars</c>, <c>run</c> and so on.</summary>
public interface IValueScope
{
    /// <summary>Null when there is no such name, or its node did not run.</summary>
    object? Root(string name);
    DateTimeOffset Now { get; }
}
