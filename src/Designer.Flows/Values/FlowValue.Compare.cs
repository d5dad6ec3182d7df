using System.Globalization;
using System.Text.Json;

namespace Designer.Flows;

public static partial class FlowValue
{
    /// <summary>
    /// Equality as people mean it in a condition: the number 5 equals the text "5", true equals "true", objects and lists are equal when
    /// their JSON is. Two texts are equal only when they are the same text.
    /// </summary>
    public static bool AreEqual(object? left, object? right)
    {
        left = Unwrap(left);
        right = Unwrap(right);
        if (left is null || right is null) return left is null && right is null;
        if (left is string a && right is string b) return string.Equals(a, b, StringComparison.Ordinal);
        if (IsNumber(left) || IsNumber(right)) return TryGetNumber(left, out double x) && TryGetNumber(right, out double y) && CompareNumbers(left, right, x, y) == 0;
        if (left is bool || right is bool) return string.Equals(ToText(left), ToText(right), StringComparison.OrdinalIgnoreCase);
        if (left is string || right is string) return string.Equals(ToText(left), ToText(right), StringComparison.Ordinal);
        return JsonElement.DeepEquals(ToJson(left), ToJson(right));
    }

    /// <summary>Numbers (also as text, when both are) by size, everything else by its text, ordinally. Null is smaller than anything.</summary>
    public static int Compare(object? left, object? right)
    {
        left = Unwrap(left);
        right = Unwrap(right);
        if (left is null || right is null) return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        if (TryGetNumber(left, out double x) && TryGetNumber(right, out double y)) return CompareNumbers(left, right, x, y);
        return string.CompareOrdinal(ToText(left), ToText(right));
    }

    /// <summary>Reads numbers, and texts that are one.</summary>
    public static bool TryGetNumber(object? value, out double number)
    {
        value = Unwrap(value);
        if (value is string text) return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        number = IsNumber(value) ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : 0;
        return IsNumber(value);
    }

    // Whole numbers beyond 2^53 are not exact as doubles.
    private static int CompareNumbers(object left, object right, double x, double y) =>
        left is long or int && right is long or int
            ? Convert.ToInt64(left, CultureInfo.InvariantCulture).CompareTo(Convert.ToInt64(right, CultureInfo.InvariantCulture))
            : x.CompareTo(y);
}
