using System.Text;
using System.Text.Json;
using Designer.Models.Onnx.Constraints;
using Designer.Models.Onnx.Tokenizers;
using NJsonSchema;

namespace Designer.Models.Tests.Onnx.Constraints;

public sealed class JsonConstraintTests
{
    private static readonly Dictionary<string, (string Folder, int End)> s_models = new()
    {
        ["gpt2"] = ("tokenizer-gpt2", 50256),
        ["phi3"] = ("tokenizer-phi3", 32000),
        ["stories"] = ("stories260k", 2),
    };

    private static readonly string[] s_schemas =
    [
        """{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"},"maxItems":3}},"required":["name","age"],"additionalProperties":false}""",
        """{"type":"object","properties":{"a":{"type":"boolean"},"b":{"type":["number","null"]},"c":{"enum":["red","green","größer",3,null,{"x":[1]}]}}}""",
        """{"type":"array","items":{"anyOf":[{"type":"string","maxLength":5},{"type":"object","properties":{"k":{"const":"v"}},"required":["k"]}]},"minItems":2,"maxItems":4}""",
        """{"type":"object","additionalProperties":{"type":"integer"}}""",
        """{"definitions":{"node":{"type":"object","properties":{"value":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/definitions/node"},{"type":"null"}]}},"required":["value","next"]}},"type":"object","properties":{"list":{"$ref":"#/definitions/node"}},"required":["list"]}""",
        """{"type":"object","properties":{"deep":{"type":"object","properties":{"list":{"type":"array","items":{"type":"array","items":{"type":"number"},"minItems":1}}},"required":["list"]}},"required":["deep","extra"]}""",
        """{"type":"string","minLength":2,"maxLength":4}""",
        """{"type":"object","properties":{"x":{"type":"string","nullable":true},"y \"quoted\" é":{}},"required":["y \"quoted\" é"]}""",
    ];

    public static TheoryData<string, int> Cases => [.. s_models.Keys.SelectMany(model => Enumerable.Range(-1, s_schemas.Length + 1).Select(schema => (model, schema)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Whatever_is_chosen_under_the_mask_is_JSON_of_the_schema(string model, int schema)
    {
        TokenTrie tokens = Tokens(model);
        JsonElement? given = schema < 0 ? null : JsonElement.Parse(s_schemas[schema]);
        JsonConstraint constraint = new(given, tokens);
        JsonSchema check = await JsonSchema.FromJsonAsync(schema < 0 ? """{"type":"object"}""" : s_schemas[schema].Replace("nullable", "x-nullable", StringComparison.Ordinal));
        Random random = new(schema + 7);
        for (int run = 0; run < 25; run++)
        {
            string text = Sample(constraint, tokens, random);
            using JsonDocument document = JsonDocument.Parse(text);
            Walk(document.RootElement);
            // The validator does not know OpenAPI's nullable, and counts characters beyond U+FFFF twice.
            if (schema != 7 && !text.Any(char.IsSurrogate)) Assert.True(check.Validate(text) is var errors && errors.Count == 0, $"{text}: {string.Join("; ", errors)}");
        }
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("phi3")]
    public void Every_way_to_write_a_valid_answer_is_open(string model)
    {
        TokenTrie tokens = Tokens(model);
        (string Schema, string Answer)[] answers =
        [
            (s_schemas[0], """{"name": "Zoë 🤖 \"q\" \u00e9", "age": -12, "tags": ["a", "b"]}"""),
            (s_schemas[0], "{\n  \"name\": \"x\",\n  \"age\": 0\n}"),
            (s_schemas[1], """{"b":1.5e-3,"c":"größer"}"""),
            (s_schemas[1], "{}"),
            (s_schemas[3], """{"any name":1,"":-2}"""),
            (s_schemas[4], """{"list":{"value":1,"next":{"value":2,"next":null}}}"""),
        ];
        foreach ((string schema, string answer) in answers)
        {
            JsonGuide guide = new JsonConstraint(JsonElement.Parse(schema), tokens).Begin();
            foreach (int id in tokens.Tokenizer.Encode(answer, addSpecial: false))
            {
                Assert.True(Allows(guide.Allowed(), id), $"{tokens.Tokenizer.TokenOf(id)} in {answer}");
                guide.Advance(id);
            }
            Assert.True(guide.MayEnd, answer);
            guide.Advance(tokens.EndTokens[0]);
            Assert.True(guide.HasEnded);
        }
    }

    [Fact]
    public void A_token_outside_the_mask_is_refused_and_the_logits_say_so()
    {
        TokenTrie tokens = Tokens("gpt2");
        JsonGuide guide = new JsonConstraint(JsonElement.Parse("""{"enum":["yes","no"]}"""), tokens).Begin();
        float[] logits = new float[tokens.Size];
        guide.Apply(logits);
        int[] open = [.. Enumerable.Range(0, logits.Length).Where(id => !float.IsNegativeInfinity(logits[id]))];
        Assert.All(open, id => Assert.Matches("^\\s*(\"(y(e(s\"?)?)?|n(o\"?)?)?)?$", Encoding.UTF8.GetString(tokens.Tokenizer.BytesOf(id).Span)));
        Assert.Contains(tokens.Tokenizer.IdOf("\"")!.Value, open);
        Assert.Throws<InvalidOperationException>(() => guide.Advance(tokens.Tokenizer.IdOf("a")!.Value));
        Assert.Throws<InvalidOperationException>(() => guide.Advance(tokens.EndTokens[0]));
        Assert.False(guide.MayEnd);
        foreach (int id in tokens.Tokenizer.Encode("\"no\"")) guide.Advance(id);
        Assert.True(guide.MustEnd);
        Assert.Equal(tokens.EndTokens, Enumerable.Range(0, tokens.Size).Where(id => Allows(guide.Allowed(), id)));
    }

    [Fact]
    public void Masks_are_found_once_and_shared_between_answers()
    {
        TokenTrie tokens = Tokens("gpt2");
        JsonConstraint constraint = new(null, tokens);
        JsonGuide first = constraint.Begin(), second = constraint.Begin();
        Assert.True(first.Allowed() == second.Allowed());
        foreach (int id in tokens.Tokenizer.Encode("{\"a\": \"some text"))
        {
            first.Advance(id);
            second.Advance(id);
        }
        Assert.True(first.Allowed() == second.Allowed());
    }

    [Fact]
    public async Task Answers_side_by_side_do_not_disturb_each_other()
    {
        TokenTrie tokens = Tokens("stories");
        JsonConstraint constraint = new(JsonElement.Parse(s_schemas[0]), tokens);
        string[] texts = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => Sample(constraint, tokens, new Random(seed)))));
        string[] again = [.. Enumerable.Range(0, 8).Select(seed => Sample(new JsonConstraint(JsonElement.Parse(s_schemas[0]), tokens), tokens, new Random(seed)))];
        Assert.Equal(again, texts);
    }

    [Fact]
    public void What_the_masks_do_not_hold_is_said()
    {
        JsonConstraint constraint = new(JsonElement.Parse("""{"type":"object","properties":{"a":{"type":"string","pattern":"^x"},"b":{"type":"integer","minimum":3},"c":{"type":"array","maxItems":100000}}}"""), Tokens("stories"));
        Assert.Equal(["maxItems", "minimum", "pattern"], constraint.NotHeld);
    }

    [Theory]
    [InlineData("""{"type":"thing"}""", "'thing'")]
    [InlineData("""{"enum":[]}""", "at least one choice")]
    [InlineData("""{"allOf":[{},{}]}""", "allOf")]
    [InlineData("""{"$ref":"other.json"}""", "leads out of the schema")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "leads nowhere")]
    [InlineData("""{"type":"array","prefixItems":[]}""", "prefixItems")]
    [InlineData("""{"type":"array","minItems":3,"maxItems":2}""", "less than")]
    [InlineData("false", "must be an object or true")]
    public void A_schema_that_cannot_be_held_is_refused(string schema, string message)
    {
        ModelException e = Assert.Throws<ModelException>(() => new JsonConstraint(JsonElement.Parse(schema), Tokens("stories")));
        Assert.Equal(ModelErrorCodes.Refused, e.Code);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_schemas_end()
    {
        TokenTrie tokens = Tokens("stories");
        string deep = string.Concat(Enumerable.Repeat("""{"type":"array","items":""", 40)) + "true" + new string('}', 40);
        Assert.True(Sample(new JsonConstraint(JsonElement.Parse(deep), tokens), tokens, new Random(1)).Length > 1);
        string wide = $$"""{"type":"object","properties":{ {{string.Join(',', Enumerable.Range(0, 2_000).Select(i => $"\"p{i}\":{{}}"))}} } }""";
        Assert.True(Sample(new JsonConstraint(JsonElement.Parse(wide), tokens), tokens, new Random(1)).Length > 1);
        string self = """{"anyOf":[{"$ref":"#"},{"$ref":"#"},{"type":"null"}]}""";
        Assert.Equal("null", Sample(new JsonConstraint(JsonElement.Parse(self), tokens), tokens, new Random(1)).Trim());
        string doubling = """{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}}}""";
        Assert.True(Sample(new JsonConstraint(JsonElement.Parse(doubling), tokens), tokens, new Random(1)).Length > 1);
    }

    private static TokenTrie Tokens(string model)
    {
        (string folder, int end) = s_models[model];
        Tokenizer tokenizer = Tokenizer.Load(Repository.Model(folder));
        return new TokenTrie(tokenizer, [end], tokenizer.VocabularySize + 11);
    }

    private static bool Allows(ReadOnlySpan<ulong> mask, int id) => (mask[id >> 6] >> (id & 63) & 1) == 1;

    /// <summary>Chooses freely at first; then what closes, if anything does, so that the text ends.</summary>
    private static string Sample(JsonConstraint constraint, TokenTrie tokens, Random random)
    {
        JsonGuide guide = constraint.Begin();
        List<int> ids = [];
        while (true)
        {
            ReadOnlySpan<ulong> mask = guide.Allowed();
            List<int> open = [];
            for (int id = 0; id < tokens.Size; id++)
                if (Allows(mask, id)) open.Add(id);
            Assert.NotEmpty(open);
            Assert.True(ids.Count < 3_000, "The text does not end.");
            List<int> closing = ids.Count < 40 && random.Next(4) > 0 ? [] : open.Where(id => tokens.EndTokens.Contains(id) || Closes(tokens.Tokenizer.BytesOf(id).Span)).ToList();
            int chosen = closing.Count > 0 ? closing[random.Next(closing.Count)] : open[random.Next(open.Count)];
            guide.Advance(chosen);
            if (guide.HasEnded) return tokens.Tokenizer.Decode([.. ids]);
            ids.Add(chosen);
        }
    }

    private static readonly System.Buffers.SearchValues<byte> s_closing = System.Buffers.SearchValues.Create("]}\"0:n"u8);

    private static bool Closes(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(s_closing) < 0;

    /// <summary>Reads every string, which fails on halves of surrogate pairs.</summary>
    private static void Walk(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String) Assert.NotNull(json.GetString());
        else if (json.ValueKind == JsonValueKind.Number) Assert.True(double.IsFinite(json.GetDouble()));
        else if (json.ValueKind == JsonValueKind.Array) foreach (JsonElement item in json.EnumerateArray()) Walk(item);
        else if (json.ValueKind == JsonValueKind.Object) foreach (JsonProperty property in json.EnumerateObject()) Walk(property.Value);
    }
}
