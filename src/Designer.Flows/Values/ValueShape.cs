using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using LinqExpression = System.Linq.Expressions.Expression;
using ParameterExpression = System.Linq.Expressions.ParameterExpression;

namespace Designer.Flows;

/// <summary>What a CLR type looks like from inside a flow: an object with members, a list, or a plain value. Made once per type.</summary>
internal abstract class ValueShape
{
    private static readonly ConcurrentDictionary<Type, ValueShape> Known = new();
    private static readonly ValueShape Plain = new PlainShape();

    public static ValueShape Of(object value) => Known.GetOrAdd(value.GetType(), Create);

    public virtual bool IsObject => false;
    public virtual bool IsList => false;
    public virtual int Count(object value) => 0;
    public virtual object? Item(object value, int index) => null;
    public virtual bool TryGetMember(object value, string name, out object? member)
    {
        member = null;
        return false;
    }
    public virtual IEnumerable<KeyValuePair<string, object?>> Members(object value) => [];

    private static ValueShape Create(Type type)
    {
        if (type == typeof(string) || type.IsPrimitive || type.IsEnum) return Plain;
        foreach (Type candidate in type.GetInterfaces())
        {
            if (!candidate.IsGenericType) continue;
            Type[] arguments = candidate.GetGenericArguments();
            if (candidate.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) && arguments[0] == typeof(string))
                return (ValueShape)Activator.CreateInstance(typeof(MapShape<>).MakeGenericType(arguments[1]))!;
        }
        if (typeof(IList).IsAssignableFrom(type)) return new ListShape();
        if (type.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) is { } list)
            return (ValueShape)Activator.CreateInstance(typeof(ReadOnlyListShape<>).MakeGenericType(list.GetGenericArguments()))!;
        // Types of the framework (streams, reflection, delegates) open no way out of a template.
        return type.Namespace?.Split('.')[0] is "System" or "Microsoft" || type.IsPointer || typeof(Delegate).IsAssignableFrom(type) || typeof(Exception).IsAssignableFrom(type)
            ? Plain
            : new RecordShape(type);
    }

    private sealed class PlainShape : ValueShape;

    private sealed class RecordShape : ValueShape
    {
        private readonly FrozenDictionary<string, Func<object, object?>> _getters;
        private readonly string[] _names;

        public RecordShape(Type type)
        {
            List<(string Name, Func<object, object?> Get)> members = [.. type
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.GetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0 && p.GetCustomAttribute<JsonIgnoreAttribute>() is null)
                .Select(p => (p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(p.Name), Getter(type, p)))
                .DistinctBy(m => m.Item1)];
            _names = [.. members.Select(m => m.Name)];
            _getters = members.ToFrozenDictionary(m => m.Name, m => m.Get, StringComparer.Ordinal);
        }

        public override bool IsObject => true;
        public override int Count(object value) => _names.Length;

        public override bool TryGetMember(object value, string name, out object? member)
        {
            bool found = _getters.TryGetValue(name, out Func<object, object?>? get);
            member = found ? get!(value) : null;
            return found;
        }

        public override IEnumerable<KeyValuePair<string, object?>> Members(object value) => _names.Select(n => KeyValuePair.Create(n, _getters[n](value)));

        private static Func<object, object?> Getter(Type type, PropertyInfo property)
        {
            ParameterExpression value = LinqExpression.Parameter(typeof(object));
            LinqExpression read = LinqExpression.Property(LinqExpression.Convert(value, type), property);
            return LinqExpression.Lambda<Func<object, object?>>(LinqExpression.Convert(read, typeof(object)), value).Compile();
        }
    }

    private sealed class MapShape<T> : ValueShape
    {
        public override bool IsObject => true;
        public override int Count(object value) => ((IReadOnlyDictionary<string, T>)value).Count;

        public override bool TryGetMember(object value, string name, out object? member)
        {
            bool found = ((IReadOnlyDictionary<string, T>)value).TryGetValue(name, out T? entry);
            member = entry;
            return found;
        }

        public override IEnumerable<KeyValuePair<string, object?>> Members(object value) =>
            ((IReadOnlyDictionary<string, T>)value).Select(e => KeyValuePair.Create(e.Key, (object?)e.Value));
    }

    private sealed class ListShape : ValueShape
    {
        public override bool IsList => true;
        public override int Count(object value) => ((IList)value).Count;
        public override object? Item(object value, int index) => ((IList)value)[index];
    }

    private sealed class ReadOnlyListShape<T> : ValueShape
    {
        public override bool IsList => true;
        public override int Count(object value) => ((IReadOnlyList<T>)value).Count;
        public override object? Item(object value, int index) => ((IReadOnlyList<T>)value)[index];
    }
}
