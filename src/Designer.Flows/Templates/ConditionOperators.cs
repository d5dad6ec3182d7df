using System.Text.RegularExpressions;

namespace Designer.Flows;

/// <summary>How a condition's row compares its two values. In JSON in camelCase.</summary>
public enum ConditionOperator
{
    Equals, NotEquals, Contains, NotContains, StartsWith, EndsWith, Matches,
    Greater, GreaterOrEqual, Less, LessOrEqual, IsEmpty, IsNotEmpty, IsTrue, IsFalse,
}

public static class ConditionOperators
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly BoundedCache<Regex> Patterns = new(200);

    /// <summary>True for operators that look at the left value only.</summary>
    public static bool IsUnary(ConditionOperator op) => op >= ConditionOperator.IsEmpty;

    /// <summary>Texts are compared as they are written, numbers by size; a missing value is neither greater nor less than anything.</summary>
    /// <exception cref="FlowValueException">The pattern of <c>matches</c> is not one, or takes too long.</exception>
    public static bool Holds(ConditionOperator op, object? left, object? right) => op switch
    {
        ConditionOperator.Equals => FlowValue.AreEqual(left, right),
        ConditionOperator.NotEquals => !FlowValue.AreEqual(left, right),
        ConditionOperator.Contains => Contains(left, right),
        ConditionOperator.NotContains => !Contains(left, right),
        ConditionOperator.StartsWith => FlowValue.ToText(left).StartsWith(FlowValue.ToText(right), StringComparison.Ordinal),
        ConditionOperator.EndsWith => FlowValue.ToText(left).EndsWith(FlowValue.ToText(right), StringComparison.Ordinal),
        ConditionOperator.Matches => Matches(FlowValue.ToText(left), FlowValue.ToText(right)),
        ConditionOperator.Greater => Order(left, right) > 0,
        ConditionOperator.GreaterOrEqual => Order(left, right) >= 0,
        ConditionOperator.Less => Order(left, right) < 0,
        ConditionOperator.LessOrEqual => Order(left, right) <= 0,
        ConditionOperator.IsEmpty => FlowValue.IsEmpty(left),
        ConditionOperator.IsNotEmpty => !FlowValue.IsEmpty(left),
        ConditionOperator.IsTrue => FlowValue.IsTrue(left),
        ConditionOperator.IsFalse => !FlowValue.IsTrue(left),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "Not an operator."),
    };

    private static bool Contains(object? left, object? right)
    {
        if (FlowValue.IsList(left)) return FlowValue.Items(left).Any(item => FlowValue.AreEqual(item, right));
        if (FlowValue.IsObject(left)) return FlowValue.TryGetMember(left, FlowValue.ToText(right), out _);
        return FlowValue.ToText(left).Contains(FlowValue.ToText(right), StringComparison.Ordinal);
    }

    /// <summary>Null where there is no order: a value is missing, or a number stands beside a text that is none.</summary>
    private static int? Order(object? left, object? right)
    {
        left = FlowValue.Unwrap(left);
        right = FlowValue.Unwrap(right);
        if (left is null || right is null) return null;
        if (FlowValue.IsNumber(left) != FlowValue.IsNumber(right) && !(FlowValue.TryGetNumber(left, out _) && FlowValue.TryGetNumber(right, out _))) return null;
        return FlowValue.Compare(left, right);
    }

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Patterns.GetOrAdd(pattern, Compile).IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new FlowValueException($"The pattern takes too long on this text.");
        }
        catch (ArgumentException e)
        {
            throw new FlowValueException($"The pattern is not a regular expression: {e.Message}");
        }
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            // Linear in the text, whatever the pattern.
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (NotSupportedException)
        {
            // Look-arounds and back references need backtracking; the timeout bounds it.
            return new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout);
        }
    }
}
