using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Designer.Models.Onnx.Constraints;

/// <summary>The parts that all JSON is made of, as routines of a program.</summary>
internal sealed class JsonGrammar
{
    /// <summary>Digits before and behind the point, and of the exponent: what 64 bits hold.</summary>
    private const int MostDigits = 18, MostExponentDigits = 2;

    private const int DeepestIndent = 16;

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ByteProgram _program;
    private readonly int _space, _character, _string, _integer, _number, _value, _object;

    public JsonGrammar(ByteProgram program)
    {
        _program = program;
        _space = Routine(Space);
        _character = Routine(Character);
        _string = Routine(() => String(0, null));
        _integer = Routine(Integer);
        _number = Routine(Number);
        _value = program.Add(Operation.Jump);
        _object = Routine(AnyObject);
        program.Here(_value);
        AnyValue();
        program.Return();
    }

    /// <summary>How JSON writes a value of a schema: no blanks, letters of all scripts plainly.</summary>
    public static byte[] Written(JsonElement value) => JsonSerializer.SerializeToUtf8Bytes(value, s_plain);

    public static byte[] Written(string value) => JsonSerializer.SerializeToUtf8Bytes(value, s_plain);

    /// <summary>A blank, or a line end with an indent, or nothing: as models write JSON, and never blanks without end.</summary>
    public void SkipSpace() => _program.Call(_space);

    public void AnyString() => _program.Call(_string);

    public void WholeNumber() => _program.Call(_integer);

    public void AnyNumber() => _program.Call(_number);

    public void Value() => _program.Call(_value);

    public void ObjectOfAnything() => _program.Call(_object);

    public void Null() => _program.Literal("null"u8);

    public void Boolean() => _program.Either(() => _program.Literal("true"u8), () => _program.Literal("false"u8));

    public void String(int least, int? most)
    {
        _program.Literal("\""u8);
        _program.Times(least, most, () => _program.Call(_character));
        _program.Literal("\""u8);
    }

    /// <summary>[ … ] of one kind of item.</summary>
    public void Array(int least, int? most, Action item)
    {
        _program.Literal("["u8);
        SkipSpace();
        if (most == 0)
        {
            _program.Literal("]"u8);
            return;
        }
        if (least == 0) _program.Maybe(Items);
        else Items();
        _program.Literal("]"u8);

        void Items()
        {
            item();
            _program.Times(Math.Max(0, least - 1), most - 1, () =>
            {
                _program.Literal(","u8);
                SkipSpace();
                item();
            });
            SkipSpace();
        }
    }

    /// <summary>{ … } with any names.</summary>
    public void Map(Action value)
    {
        _program.Literal("{"u8);
        SkipSpace();
        _program.Maybe(() =>
        {
            Entry();
            _program.Any(() =>
            {
                _program.Literal(","u8);
                SkipSpace();
                Entry();
            });
            SkipSpace();
        });
        _program.Literal("}"u8);

        void Entry()
        {
            AnyString();
            _program.Literal(":"u8);
            SkipSpace();
            value();
        }
    }

    /// <summary>{ … } with given names in their order, each at most once.</summary>
    public void Object(IReadOnlyList<(string Name, bool Required, Action Value)> properties)
    {
        int[] entries = [.. properties.Select(p => Routine(() =>
        {
            _program.Literal(Written(p.Name));
            _program.Literal(":"u8);
            SkipSpace();
            p.Value();
        }))];
        _program.Literal("{"u8);
        SkipSpace();
        // Two tracks side by side, before and behind the first property: only behind it a comma comes first.
        List<(int Jump, int Behind)> crossings = [];
        int next = 0;
        for (bool more = true; more && next < properties.Count; next++)
        {
            int skip = properties[next].Required ? -1 : _program.Add(Operation.Fork, _program.Length + 1);
            _program.Call(entries[next]);
            crossings.Add((_program.Add(Operation.Jump), next + 1));
            if (skip >= 0) _program.HereElse(skip);
            more = skip >= 0;
        }
        bool mayBeEmpty = properties.All(p => !p.Required);
        int close = mayBeEmpty ? _program.Add(Operation.Jump) : -1;
        for (int i = 0; i < properties.Count; i++)
        {
            Cross(i);
            int skip = properties[i].Required ? -1 : _program.Add(Operation.Fork, _program.Length + 1);
            _program.Literal(","u8);
            SkipSpace();
            _program.Call(entries[i]);
            if (skip >= 0) _program.HereElse(skip);
        }
        Cross(properties.Count);
        SkipSpace();
        if (close >= 0) _program.Here(close);
        _program.Literal("}"u8);

        void Cross(int behind)
        {
            foreach ((int jump, int to) in crossings)
                if (to == behind) _program.Here(jump);
        }
    }

    /// <summary>Writes something that is called, and returns where it starts.</summary>
    public int Routine(Action body)
    {
        int skip = _program.Add(Operation.Jump);
        int start = _program.Length;
        body();
        _program.Return();
        _program.Here(skip);
        return start;
    }

    private void Space() => _program.Maybe(() => _program.Either(
        () => _program.Literal(" "u8),
        () =>
        {
            _program.Literal("\n"u8);
            _program.Times(0, DeepestIndent, () => _program.Read((' ', ' '), ('\t', '\t')));
        }));

    /// <summary>One character of a string: valid UTF-8, or an escape that is no half of a surrogate pair.</summary>
    private void Character()
    {
        (int, int) following = (0x80, 0xBF), hex = ('0', '9');
        _program.Either(
            () => _program.Read((0x20, 0x21), (0x23, 0x5B), (0x5D, 0x7E)),
            () => Bytes([(0xC2, 0xDF)], [following]),
            () => Bytes([(0xE0, 0xE0)], [(0xA0, 0xBF)], [following]),
            () => Bytes([(0xE1, 0xEC), (0xEE, 0xEF)], [following], [following]),
            () => Bytes([(0xED, 0xED)], [(0x80, 0x9F)], [following]),
            () => Bytes([(0xF0, 0xF0)], [(0x90, 0xBF)], [following], [following]),
            () => Bytes([(0xF1, 0xF3)], [following], [following], [following]),
            () => Bytes([(0xF4, 0xF4)], [(0x80, 0x8F)], [following], [following]),
            () => Bytes([('\\', '\\')], [('"', '"'), ('\\', '\\'), ('/', '/'), ('b', 'b'), ('f', 'f'), ('n', 'n'), ('r', 'r'), ('t', 't')]),
            () => Bytes([('\\', '\\')], [('u', 'u')], [hex, ('a', 'c'), ('A', 'C'), ('e', 'f'), ('E', 'F')], Hex, Hex, Hex),
            () => Bytes([('\\', '\\')], [('u', 'u')], [('d', 'd'), ('D', 'D')], [('0', '7')], Hex, Hex));
    }

    private static (int, int)[] Hex { get; } = [('0', '9'), ('a', 'f'), ('A', 'F')];

    private void Bytes(params (int, int)[][] sets)
    {
        foreach ((int, int)[] set in sets) _program.Read(set);
    }

    private void Integer()
    {
        _program.Maybe(() => _program.Literal("-"u8));
        _program.Either(() => _program.Literal("0"u8), () =>
        {
            _program.Read(('1', '9'));
            _program.Times(0, MostDigits - 1, Digit);
        });
    }

    private void Number()
    {
        Integer();
        _program.Maybe(() =>
        {
            _program.Literal("."u8);
            _program.Times(1, MostDigits, Digit);
        });
        _program.Maybe(() =>
        {
            _program.Read(('e', 'e'), ('E', 'E'));
            _program.Maybe(() => _program.Read(('+', '+'), ('-', '-')));
            _program.Times(1, MostExponentDigits, Digit);
        });
    }

    private void Digit() => _program.Read(('0', '9'));

    private void AnyObject() => Map(Value);

    private void AnyValue() => _program.Either(AnyString, AnyNumber, Boolean, Null, ObjectOfAnything, () => Array(0, null, Value));
}
