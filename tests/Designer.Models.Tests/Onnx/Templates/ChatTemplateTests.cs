using System.Text.Json;
using Designer.Models.Onnx.Templates;
using Designer.Models.Tests.Onnx.Goldens;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Models.Tests.Onnx.Templates;

/// <summary>The templates of Goldens/templates against @huggingface/jinja.</summary>
public sealed class ChatTemplateTests
{
    private static readonly JsonElement[] s_cases = Golden.Read("templates.json");

    public static TheoryData<string> Files => [.. s_cases.Select(c => c.GetProperty("template").GetString()!).Distinct()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_template_renders_as_the_reference_renders_it(string file)
    {
        ChatTemplate template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(Golden.Folder, "templates", file)));
        foreach (JsonElement sample in s_cases.Where(c => c.GetProperty("template").GetString() == file))
        {
            ChatTemplateInput input = Input(sample.GetProperty("input"));
            if (sample.GetProperty("output").GetString() is { } expected) Assert.Equal(expected, template.Render(input));
            else Assert.Equal(ModelErrorCodes.Refused, Assert.Throws<ModelException>(() => template.Render(input)).Code);
        }
    }

    [Fact]
    public void The_template_of_a_shared_model_renders()
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Model("tokenizer-phi3"), "tokenizer_config.json")));
        ChatTemplate template = ChatTemplate.Parse(config.RootElement.GetProperty("chat_template").GetString()!);
        Assert.Equal("<|user|>\nHi<|end|>\n<|assistant|>\n", template.Render(new ChatTemplateInput(JsonElement.Parse("""[{"role":"user","content":"Hi"}]"""))));
    }

    [Theory]
    [InlineData("a\n  {% if true %}\nb\n  {% endif %}\nc\n", "a\nb\nc")]
    [InlineData("a  {%- if true -%}  b  {%- endif -%}  c", "abc")]
    [InlineData("a {%+ if true %} b{% endif +%}\nc", "a  b\nc")]
    [InlineData("x {{- ' y ' -}} z", "x y z")]
    [InlineData("{% raw %}{{ a }} {% b %}{% endraw %}!", "{{ a }} {% b %}!")]
    [InlineData("{# c #}a{#- d -#} b", "ab")]
    [InlineData("{{ '}}' }}{{ {'a': {'b': 1}}['a']['b'] }}", "}}1")]
    [InlineData("{{ true }} {{ none }} {{ [1, 'a', 2.0, {'k': none}] }}", "True None [1, 'a', 2.0, {'k': None}]")]
    [InlineData("{{ 7 / 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 10 }} {{ 1e20 }} {{ 0.00001 }} {{ 1.5e300 }}", "3.5 -4 2 1024 1e+20 1e-05 1.5e+300")]
    [InlineData("{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 }} {{ 'a' < 'b' }}", "True False True True")]
    [InlineData("{% for a, b in [(1, 2), (3, 4)] %}{{ a }}-{{ b }} {{ loop.cycle('x', 'y') }}{{ loop.revindex }} {% endfor %}", "1-2 x2 3-4 y1 ")]
    [InlineData("{% for i in range(1, 10, 3) if i != 4 %}{{ loop.index }}:{{ i }}{% if not loop.last %},{% endif %}{% endfor %}", "1:1,2:7")]
    [InlineData("{% for i in [1,1,2] %}{{ loop.changed(i) }}{{ loop.previtem is defined }} {% endfor %}", "TrueFalse FalseTrue TrueTrue ")]
    [InlineData("{% set a, b = 1, 2 %}{{ a + b }}{% set x | upper %}text{% endset %}{{ x }}", "3TEXT")]
    [InlineData("{% set n = 1 %}{% for i in [1] %}{% set n = 2 %}{% endfor %}{{ n }}", "1")]
    [InlineData("{% macro m(a, b='d') %}[{{ a }}{{ b }}{{ caller() if caller else '' }}]{% endmacro %}{{ m(1) }}{{ m(1, b=2) }}{% call m(3) %}body{% endcall %}", "[1d][12][3dbody]")]
    [InlineData("{% filter upper | replace('B', 'x') %}abc{% endfilter %}{% with q = 1 %}{{ q }}{% endwith %}{{ q is defined }}", "AxC1False")]
    [InlineData("{{ '%s has %d, %.2f%%' | format('a', 3, 1.5) }} {{ 'a%sb' % 'X' }} {{ '{} {x} {{'.format(1, x=2) }}", "a has 3, 1.50% aXb 1 2 {")]
    [InlineData("{{ 'a b  c'.split() }} {{ 'a,b,c'.rsplit(',', 1) }} {{ 'a b c'.split(None, 1) }} {{ 'x\\ny'.splitlines() }}", "['a', 'b', 'c'] ['a,b', 'c'] ['a', 'b c'] ['x', 'y']")]
    [InlineData("{{ {'b': 1, 'a': 2} | dictsort }} {{ {'b': 1} | items | list }} {{ [3, 1] | sort(reverse=true) }} {{ ['B', 'a'] | sort }}", "[['a', 2], ['b', 1]] [['b', 1]] [3, 1] ['a', 'B']")]
    [InlineData("{{ [{'n': {'m': 1}}, {'n': {'m': 2}}] | map(attribute='n.m') | sum }} {{ ['a'] | map('upper') | first }} {{ [1, 2, 3] | select('odd') | list }} {{ [1, 1, 2] | unique | list }}", "3 A [1, 3] [1, 2]")]
    [InlineData("{{ 'a\\nb' | indent }}|{{ 'a\\n\\nb' | indent(2, true) }}", "a\n    b|  a\n\n  b")]
    [InlineData("{{ '12' | int + 1 }} {{ 'x' | int(7) }} {{ '1.5' | float }} {{ 2.567 | round(2) }} {{ -3 | abs }}", "13 7 1.5 2.57 3")]
    [InlineData("{{ messages[5] is defined }} {{ messages[0]['nope'] | default('d') }} {{ '' | default('e', true) }}", "False d e")]
    [InlineData("{{ {'a': 1} | tojson(indent=2) }} {{ {'b': 1, 'a': 2} | tojson(sort_keys=true, separators=(',', ':')) }} {{ 'é' | tojson(ensure_ascii=true) }}", "{\n  \"a\": 1\n} {\"a\":2,\"b\":1} \"\\u00e9\"")]
    [InlineData("{{ strftime_now('%d %b %Y %H:%M %-d') }}", "05 Mar 2026 04:07 5")]
    [InlineData("{{ 'yes' if false }}|{{ ('a' 'b') }}|{{ \"\\u00e9\\n\" }}", "|ab|é\n")]
    [InlineData("{% if messages | selectattr('role', 'in', ['user', 'x']) | list and messages is iterable and messages is not mapping %}ok{% endif %}", "ok")]
    public void What_templates_write_is_understood(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{% if %}", "A value is expected")]
    [InlineData("{% for x in y %}", "'endfor' is missing")]
    [InlineData("a\nb {{ x ", "(line 2)")]
    [InlineData("{% include 'x' %}", "'include' is not supported")]
    [InlineData("{% endif %}", "has no beginning")]
    [InlineData("{{ 'open }}", "A string has no end")]
    [InlineData("{{ a b }}", "OutputEnd is expected")]
    public void A_template_that_is_not_understood_is_refused_by_name(string template, string message)
    {
        ModelException e = Assert.Throws<ModelException>(() => ChatTemplate.Parse(template));
        Assert.Equal(ModelErrorCodes.BadFolder, e.Code);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ raise_exception('No tools here') }}", "refuses these messages: No tools here")]
    [InlineData("{{ nothing.at.all }}", "'nothing' is undefined")]
    [InlineData("{{ 1 + 'a' }}", "cannot be used with")]
    [InlineData("{{ nothing() }}", "cannot be called")]
    [InlineData("{{ 1 | nofilter }}", "no filter 'nofilter'")]
    [InlineData("{{ 1 is notest }}", "no test 'notest'")]
    [InlineData("{{ 1 // 0 }}", "cannot be calculated")]
    [InlineData("{{ messages.append(1) }}", "may not change lists")]
    [InlineData("{{ messages[0].update({}) }}", "may not change mappings")]
    [InlineData("{{ ''.__class__ }}", "is not for templates")]
    [InlineData("{{ messages | attr('__class__') }}", "is not for templates")]
    [InlineData("{% set messages.x = 1 %}", "is no namespace")]
    public void What_goes_wrong_in_a_template_is_said(string template, string message)
    {
        ModelException e = Assert.Throws<ModelException>(() => Render(template));
        Assert.Equal(ModelErrorCodes.Refused, e.Code);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% set ns = namespace(x='aaaaaaaa') %}{% for a in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}", "characters")]
    [InlineData("{{ 'a' * 99999999999 }}", "characters")]
    [InlineData("{% for a in range(99999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }}{% endfor %}", "characters")]
    [InlineData("{% macro m(x) %}{{ m(x) }}{% endmacro %}{{ m(1) }}", "nests deeper")]
    [InlineData("{{ range(100001) }}", "more than 100,000 numbers")]
    [InlineData("{% set x = 'a' * 4000000 %}{{ x.replace('a', x) }}", "characters")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "cannot be calculated")]
    public void A_template_works_within_limits(string template, string message) =>
        Assert.Contains(message, Assert.Throws<ModelException>(() => Render(template)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("1 if 1 else ", "")]
    public void Deep_nesting_is_refused_and_does_not_end_the_process(string open, string close)
    {
        string template = "{{ " + string.Concat(Enumerable.Repeat(open, 50_000)) + "1" + string.Concat(Enumerable.Repeat(close, 50_000)) + " }}";
        Assert.Contains("nested too deeply", Assert.Throws<ModelException>(() => ChatTemplate.Parse(template)).Message, StringComparison.Ordinal);
    }

    private static string Render(string template)
    {
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 5, 4, 7, 0, TimeSpan.Zero));
        return ChatTemplate.Parse(template).Render(new ChatTemplateInput(JsonElement.Parse("""[{"role":"user","content":"Hi"}]""")), clock);
    }

    private static ChatTemplateInput Input(JsonElement input)
    {
        Dictionary<string, object?> variables = input.EnumerateObject().Where(p => p.Name is not ("messages" or "tools" or "add_generation_prompt")).ToDictionary(p => p.Name, p => (object?)p.Value);
        return new ChatTemplateInput(input.GetProperty("messages"), input.TryGetProperty("tools", out JsonElement tools) ? tools : null, input.GetProperty("add_generation_prompt").GetBoolean(), variables);
    }
}
