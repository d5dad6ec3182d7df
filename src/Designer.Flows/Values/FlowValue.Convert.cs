using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Designer.Flows;

public static partial class FlowValue
{
    public static JsonElement ToJson(object? value) => value switch
    {
        null => FlowJson.Null,
        JsonElement { ValueKind: JsonValueKind.Undefined } => FlowJson.Null,
        JsonElement element => element,
        _ => JsonSerializer.SerializeToElement(value, value.GetType(), FlowJson.Options),
    };

    public static void WriteJson(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null or JsonElement { ValueKind: JsonValueKind.Undefined }: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case long number: writer.WriteNumberValue(number); break;
            case JsonElement element: element.WriteTo(writer); break;
            default: JsonSerializer.Serialize(writer, value, value.GetType(), FlowJson.Options); break;
        }
    }

    /// <summary>Converts for a setting or an input: between texts, numbers and truth values, JSON to records, <c>10s</c> to a time span.</summary>
    /// <exception cref="FlowValueException">The value cannot be that.</exception>
    public static object? ToType(object? value, Type type)
    {
        if (type.IsInstanceOfType(value) && value is not JsonElement) return value;
        if (type == typeof(JsonElement)) return ToJson(value);
        value = Unwrap(value);
        if (Nullable.GetUnderlyingType(type) is { } inner) return value is null or "" && inner != typeof(string) ? null : ToType(value, inner);
        if (type == typeof(object) || type.IsInstanceOfType(value)) return value;
        if (value is null) return type.IsValueType ? throw Unfit(null, type) : null;
        if (type == typeof(string)) return ToText(value);
        if (type == typeof(bool)) return ToTruth(value);
        if (type.IsEnum) return ToEnum(value, type);
        if (type == typeof(TimeSpan)) return value is string text && Duration.TryParse(text, out TimeSpan duration) ? duration : throw Unfit(value, type);
        if (Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal) return ToNumber(value, type);
        if (ItemType(type) is { } item) return ToList(value, type, item);
        return ToRecord(value, type);
    }

    /// <inheritdoc cref="ToType(object?, Type)"/>
    public static T? ToType<T>(object? value) => (T?)ToType(value, typeof(T));

    /// <summary>The type that a flow sees in a CLR type.</summary>
    public static FlowType TypeOf(Type clrType)
    {
        Type type = Nullable.GetUnderlyingType(clrType) ?? clrType;
        if (type == typeof(bool)) return FlowType.Boolean;
        if (type.IsEnum || type == typeof(string) || type == typeof(Guid) || type == typeof(Uri) || type == typeof(TimeSpan) || type == typeof(DateTimeOffset) || type == typeof(DateTime))
            return FlowType.String;
        if (type == typeof(object) || type == typeof(JsonElement)) return FlowType.Any;
        if (type == typeof(FileRef)) return FlowType.File;
        if (type == typeof(Message)) return FlowType.Message;
        if (type == typeof(DocumentRef)) return FlowType.Document;
        if (type == typeof(Chunk)) return FlowType.Chunk;
        return Type.GetTypeCode(type) switch
        {
            >= TypeCode.SByte and <= TypeCode.UInt64 => FlowType.Integer,
            >= TypeCode.Single and <= TypeCode.Decimal => FlowType.Number,
            _ => ItemType(type) is { } item ? FlowType.Array(TypeOf(item)) : FlowType.Object,
        };
    }

    private static Type? ItemType(Type type)
    {
        if (type == typeof(string)) return null;
        if (type.IsArray) return type.GetElementType();
        if (type.GetInterfaces().Append(type).Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))) return null;
        Type? list = type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return list?.GetGenericArguments()[0];
    }

    private static bool ToTruth(object value) => value switch
    {
        string text when bool.TryParse(text, out bool truth) => truth,
        "1" or "yes" => true,
        "0" or "no" or "" => false,
        _ when IsNumber(value) => Convert.ToDouble(value, CultureInfo.InvariantCulture) != 0,
        _ => throw Unfit(value, typeof(bool)),
    };

    private static object ToEnum(object value, Type type) =>
        value is string text && text.Length > 0 && char.IsLetter(text[0]) && Enum.TryParse(type, text, ignoreCase: true, out object? name) && Enum.IsDefined(type, name)
            ? name
            : throw new FlowValueException($"Expected one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}, not {Describe(value)}.");

    private static object ToNumber(object value, Type type)
    {
        object number = value switch
        {
            bool truth => truth ? 1L : 0L,
            string text when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) => exact,
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) => real,
            _ => value,
        };
        bool wantsWhole = Type.GetTypeCode(type) <= TypeCode.UInt64;
        if (!IsNumber(number) || wantsWhole && Convert.ToDouble(number, CultureInfo.InvariantCulture) % 1 != 0) throw Unfit(value, type);
        try
        {
            return Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            throw new FlowValueException($"The number {ToText(number)} is too large.");
        }
    }

    private static object ToList(object value, Type type, Type item)
    {
        if (value is string text) value = ParseJson(text) is { ValueKind: JsonValueKind.Array } parsed ? parsed : throw Unfit(value, type);
        if (!IsList(value)) throw Unfit(value, type);
        IReadOnlyList<object?> items = Items(value);
        IList list = type.IsArray || type.IsInterface ? Array.CreateInstance(item, items.Count) : (IList)Activator.CreateInstance(type)!;
        for (int i = 0; i < items.Count; i++)
        {
            object? entry = ToType(items[i], item);
            if (list.IsFixedSize) list[i] = entry;
            else list.Add(entry);
        }
        return list;
    }

    private static object? ToRecord(object value, Type type)
    {
        JsonElement json = value is string text && ParseJson(text) is { ValueKind: JsonValueKind.Object } parsed ? parsed : ToJson(value);
        try
        {
            return json.Deserialize(type, FlowJson.Options);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException)
        {
            throw Unfit(value, type);
        }
    }

    private static JsonElement? ParseJson(string text)
    {
        if (text.AsSpan().TrimStart() is not ['[' or '{', ..]) return null;
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static FlowValueException Unfit(object? value, Type type) => new($"Expected {Article(TypeOf(type))}, not {Describe(value)}.");

    private static Sentence Article(FlowType type) => type.Name switch
    {
        "string" => $"a text",
        "boolean" => $"true or false",
        "integer" => $"a whole number",
        "array" => $"a list",
        "object" or "any" or "image" => $"an {type.Name}",
        _ => $"a {type.Name}",
    };

    private static Sentence Describe(object? value) => value switch
    {
        null => $"nothing",
        string text => $"the text \"{(text.Length > 40 ? $"{text[..40]}…" : text)}\"",
        bool or long or int or double or decimal => $"{ToText(value)}",
        _ when IsList(value) => $"a list",
        _ => $"an object",
    };
}
