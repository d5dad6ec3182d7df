using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Designer.Flows;
using Expression = System.Linq.Expressions.Expression;

namespace Designer.Engine;

/// <summary>How to make a settings record from values: its constructor's parameters and a compiled call of it.</summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Shapes = new();

    public IReadOnlyList<RecordParameter> Parameters { get; }
    public Func<object?[], object> Create { get; }

    public static RecordShape Of(Type type) => Shapes.GetOrAdd(type, t => new RecordShape(t));

    private RecordShape(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()
            ?? throw new InvalidOperationException($"{type} has no public constructor.");
        Parameters = [.. constructor.GetParameters().Select(p => new RecordParameter(p, type.GetProperty(p.Name!)))];
        ParameterExpression values = Expression.Parameter(typeof(object?[]));
        IEnumerable<Expression> arguments = constructor.GetParameters().Select((p, i) => Argument(p, Expression.ArrayIndex(values, Expression.Constant(i))));
        Create = Expression.Lambda<Func<object?[], object>>(Expression.Convert(Expression.New(constructor, arguments), typeof(object)), values).Compile();
    }

    // Null stands for "no value": a value type then takes its default.
    private static Expression Argument(ParameterInfo parameter, Expression value) => parameter.ParameterType.IsValueType
        ? Expression.Condition(Expression.Equal(value, Expression.Constant(null)), Expression.Default(parameter.ParameterType), Expression.Convert(value, parameter.ParameterType))
        : Expression.Convert(value, parameter.ParameterType);

    /// <summary>The item type of a list, or null when it is none.</summary>
    public static Type? ItemOf(Type type)
    {
        if (type == typeof(string) || IsMap(type)) return null;
        if (type.IsArray) return type.GetElementType();
        return type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
    }

    public static bool IsMap(Type type) => MapValueOf(type) is not null;

    /// <summary>The value type of a map from texts, or null when it is none.</summary>
    public static Type? MapValueOf(Type type) => type.GetInterfaces().Append(type)
        .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) && i.GetGenericArguments()[0] == typeof(string))
        ?.GetGenericArguments()[1];
}

internal sealed class RecordParameter(ParameterInfo parameter, PropertyInfo? property)
{
    public string JsonName { get; } = property?.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
    public Type Type { get; } = parameter.ParameterType;
    public bool HasDefault { get; } = parameter.HasDefaultValue;
    // Reflection gives an enum's default as its number, and null for default(struct).
    public object? Default { get; } = !parameter.HasDefaultValue || parameter.DefaultValue is null
        ? null
        : (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) is { IsEnum: true } type ? Enum.ToObject(type, parameter.DefaultValue) : parameter.DefaultValue;
    public SettingAttribute? Setting { get; } = property?.GetCustomAttribute<SettingAttribute>();
    public bool IsRequired => Setting?.Required ?? false;
}
