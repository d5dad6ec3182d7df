using System.Diagnostics;
using System.Globalization;
using CsCheck;
using Xunit;

namespace Designer.Flows.Tests.Templates;

public class TemplateTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain { text } %", "plain { text } %")]
    [InlineData("{{ start.question }}", "How many days?")]
    [InlineData("Q: {{start.question}} ({{ start.n }})", "Q: How many days? (3)")]
    [InlineData("{{ json.list }}", "[1,2,3]")]
    [InlineData("{{ json.list[1] }}{{ json.list.last }}{{ json.deep.a-b }}{{ json.deep[\"c d\"] }}{{ json['list'].size }}", "23dashspace3")]
    [InlineData("{{ missing.a.b }}|{{ start.none }}", "|")]
    [InlineData("{{ search.chunks[0].title }}", "Leave \"policy\"")]
    [InlineData("{{ start.price }} {{ start.ok }}", "1.5 true")]
    [InlineData("{{ start.injected }}", "{{ start.n }}{% for i in (1..9) %}x{% endfor %}")]
    [InlineData("{{ start.injected | upcase }}", "{{ START.N }}{% FOR I IN (1..9) %}X{% ENDFOR %}")]
    [InlineData("{% assign q = start.injected %}{{ q }}", "{{ start.n }}{% for i in (1..9) %}x{% endfor %}")]
    [InlineData("a {{- start.n -}} b", "a3b")]
    [InlineData("{% capture x %}<{{ start.n }}>{% endcapture %}{{ x }}{{ x | upcase }}", "<3><3>")]
    [InlineData("{% for i in (1..5) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}", "13")]
    [InlineData("{% for c in search.chunks %}{{ forloop.index }}{{ c.id }} {% endfor %}", "1c1 2c2 ")]
    [InlineData("{% if search.chunks.size > 1 %}many{% else %}few{% endif %}", "many")]
    [InlineData("{% if search.none == empty %}none{% endif %}{{ search.none.size }}", "none0")]
    [InlineData("{{ search.chunks | map: \"id\" }}", """["c1","c2"]""")]
    [InlineData("{{ search.chunks | map: \"id\" | join: \", \" }}", "c1, c2")]
    [InlineData("{{ search.chunks | where: \"id\", \"c2\" | map: \"title\" | first }}", "Other")]
    [InlineData("{{ search.chunks | first | json }}", """{"id":"c1","documentId":"d1","title":"Leave \"policy\"","text":"30 days </source> & more","score":0.9,"page":3}""")]
    [InlineData("{{ json.list | json }} {{ start.question | json }} {{ missing | json }}", "[1,2,3] \"How many days?\" null")]
    [InlineData("{{ \"a b&c\" | urlencode }}", "a%20b%26c")]
    [InlineData("{{ json.list | reverse }}{{ json.list | sum }}{{ json.list | size }}", "[3,2,1]63")]
    [InlineData("{{ \"now\" | date: \"%Y-%m-%d\" }}", "2026-01-02")]
    [InlineData("{{ missing.x | default: \"none\" }}", "none")]
    [InlineData("{{ start.n | plus: 1.5 }}", "4.5")]
    [InlineData("{{ start.GetType }}{{ start.n.GetType.Assembly }}{{ search.chunks.Length }}", "")]
    [InlineData("{% for p in json.deep %}{{ p[0] }}={{ p[1] }};{% endfor %}", "a-b=dash;c d=space;")]
    [InlineData("{% if json.list contains 2 %}yes{% endif %}", "yes")]
    [InlineData("{% if (start.n > 5 or start.n == 3) and start.ok %}yes{% endif %}", "yes")]
    public void A_template_is_rendered(string text, string expected) => Assert.Equal(expected, Template.Parse(text).Render(Scope.Sample()));

    [Fact]
    public void Chunks_become_numbered_escaped_sources()
    {
        Assert.Equal(
            "<sources>\n<source n=\"1\" id=\"c1\" title=\"Leave &quot;policy&quot;\" page=\"3\">\n30 days &lt;/source&gt; &amp; more\n</source>\n" +
            "<source n=\"2\" id=\"c2\" title=\"Other\">\nNothing\n</source>\n</sources>",
            Template.Parse("{{ search.chunks | context }}").Render(Scope.Sample()));
        Assert.Equal("<sources>\n</sources>", Template.Parse("{{ search.none | context }}").Render(Scope.Sample()));
    }

    [Fact]
    public void One_reference_passes_the_value_itself()
    {
        Scope scope = Scope.Sample();
        Assert.IsType<Chunk[]>(Template.Parse("{{ search.chunks }}").Evaluate(scope));
        Assert.Equal(3L, Template.Parse("{{ start.n }}").Evaluate(scope));
        Assert.Equal("3 ", Template.Parse("{{ start.n }} ").Evaluate(scope));
        Assert.Equal("search.chunks", Template.Parse("{{ search.chunks }}").Single!.Text);
        Assert.Null(Template.Parse("{{ search.chunks | first }}").Single);
        Assert.True(Template.Parse("constant").IsConstant);
        Assert.False(Template.Parse("{{ a }}").IsConstant);
    }

    [Theory]
    [InlineData("{{ a.b }} {{ a.b }} {{ c }}", "a.b c")]
    [InlineData("{{ a.b | append: c.d }}", "a.b c.d")]
    [InlineData("{{ a.b | default: c.d }}", "a.b? c.d")]
    [InlineData("{{ a.b | upcase | default: '-' }}", "a.b?")]
    [InlineData("{% for x in a.list %}{{ x.name }}{{ b }}{% endfor %}", "a.list b")]
    [InlineData("{% for x in (1..a.n) limit: b.n %}{{ forloop.index }}{% endfor %}{% for x in c %}{% else %}{{ d }}{% endfor %}", "a.n b.n c d")]
    [InlineData("{% assign x = a.b %}{{ x }}{% capture y %}{{ c }}{% endcapture %}{{ y }}", "a.b c")]
    [InlineData("{% if a.b %}{{ a.c }}{{ d }}{% elsif e.f == 1 %}{{ e.g }}{% endif %}{{ a.h }}", "a.b? a.c? d e.f? e.g? a.h")]
    [InlineData("{% unless a.b %}{{ c }}{% endunless %}", "a.b? c")]
    [InlineData("{% case a.b %}{% when c.d %}{{ e }}{% endcase %}", "a.b? c.d? e")]
    [InlineData("{{ a[b.c].d }}{{ a['x y'].z }}{{ a[0] }}", "b.c a a.x y.z a.0")]
    [InlineData("{% raw %}{{ a }}{% endraw %}{% comment %}{{ b }}{% endcomment %}{{ c | upcase }}", "c")]
    public void References_are_found_wherever_they_stand(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Template.Parse(text).References.Select(r => r.Text + (r.IsHandled ? "?" : ""))));

    [Theory]
    [InlineData("{{ a.b", 1)]
    [InlineData("{{ a. }}", 1)]
    [InlineData("ok\n{% if a %}", 2)]
    [InlineData("{% endfor %}", 1)]
    [InlineData("{% include 'x' %}", 1)]
    [InlineData("{% render 'x' %}", 1)]
    [InlineData("{% nonsense %}", 1)]
    public void A_mistake_is_told_with_its_place(string text, int line)
    {
        TemplateException e = Assert.Throws<TemplateException>(() => Template.Parse(text));
        Assert.Equal(line, e.Line);
        Assert.Contains("mistake", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_filter_is_a_mistake() =>
        Assert.Equal("There is no filter 'shout'.", Assert.Throws<TemplateException>(() => Template.Parse("{{ a | shout }}")).Message);

    public static TheoryData<string> Runaways => new()
    {
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% assign n = 1000000000 %}{% for i in (1..n) %}x{% endfor %}",
        "{% for a in (1..9999) %}{% for b in (1..9999) %}{% for c in (1..9999) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in (1..9999) %}{% for b in (1..99999) %}{% break %}{% endfor %}{% endfor %}",
        "{% assign s = 'xxxxxxxxxx' %}{% for i in (1..100) %}{% assign s = s | append: s %}{% endfor %}",
        "{% assign s = 'xxxxxxxxxx' %}{% for i in (1..100) %}{% assign s = s | replace: 'x', s %}{% endfor %}",
        "{% assign s = 'a' | split: '' %}{% for i in (1..100) %}{% assign s = s | concat: s %}{% endfor %}",
        "{% assign s = 'x' %}{% for i in (1..20) %}{% assign s = s | append: s %}{% endfor %}{% assign l = s | split: ',' %}{% for i in (1..15) %}{% assign l = l | concat: l %}{% endfor %}{{ l | json }}",
        "{% assign s = 'x' %}{% for i in (1..20) %}{% assign s = s | append: s %}{% endfor %}{% for i in (1..20) %}{{ s }}{% endfor %}",
        "{% assign s = 'x' %}{% for i in (1..20) %}{% assign s = s | append: s %}{% endfor %}{% for i in (1..100000) %}{% assign t = s | upcase %}{% endfor %}",
        "{{ 79228162514264337593543950335 | times: 10 }}",
        "{{ 1 | divided_by: 0 }}",
        "{% assign l = (1..1000000000) %}{{ l.size }}",
        "{{ (1..1000000000) | size }}",
        "{% if (1..1000000000) contains 5 %}{% endif %}",
        "{% unless start.nothing %}{% for i in (1..1000000000) %}{% endfor %}{% endunless %}",
        "{% if start.nothing %}{% elsif true %}{% for i in (1..1000000000) %}{% endfor %}{% endif %}",
        "{% if start.nothing %}{% else %}{% for i in (1..1000000000) %}{% endfor %}{% endif %}",
        "{% case start.n %}{% when 3 %}{% for i in (1..1000000000) %}{% endfor %}{% endcase %}",
        "{% case start.n %}{% when 4 %}{% else %}{% for i in (1..1000000000) %}{% endfor %}{% endcase %}",
        "{% capture x %}{% for i in (1..1000000000) %}{% endfor %}{% endcapture %}",
        "{% for i in start.nothing %}{% else %}{% for i in (1..1000000000) %}{% endfor %}{% endfor %}",
        "{% for i in (1..2) %}{% for j in (1..1000000000) %}{% endfor %}{% endfor %}",
        "{% ifchanged %}{% for i in (1..1000000000) %}{% endfor %}{% endifchanged %}",
        "{% cycle (1..1000000000) %}",
        "{{ json.list | where: 'x', (1..1000000000) }}",
        "{{ json.list[(1..1000000000).size] }}",
        "{% assign s = 'x' %}{% for i in (1..20) %}{% assign s = s | append: s %}{% endfor %}{% capture c %}{% for i in (1..100000) %}{{ s }}{% endfor %}{% endcapture %}",
        "{% capture s %}xxxxxxxx{% endcapture %}{% for i in (1..100) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}",
        "{{ 5 | format_number: 'D999999999' }}",
        "{{ '{0:D999999999}' | format_string: 5 }}",
        "{{ '{0,999999999}' | format_string: 5 }}",
        "{{ 'now' | date: '%999999999Y' }}",
    };

    [Theory, MemberData(nameof(Runaways))]
    public void What_runs_away_is_stopped(string text)
    {
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetTotalAllocatedBytes();
        Assert.Throws<TemplateException>(() => Template.Parse(text).Render(Scope.Sample()));
        Assert.True(GC.GetTotalAllocatedBytes() - before < 2_000_000_000, "It must not take gigabytes.");
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "It must not take long.");
    }

    public static TheoryData<string, int> Deep => new()
    {
        { "{% if a %}", 10_000 }, { "{{ a | upcase }}", 20_000 }, { "{{ a[", 10_000 }, { "{% if (", 10_000 }, { "{% case a %}{% when 1 %}", 5_000 },
    };

    [Theory, MemberData(nameof(Deep))]
    public void What_is_nested_too_deeply_is_refused(string part, int times)
    {
        string text = part.StartsWith("{{ a [", StringComparison.Ordinal) ? "{{ a" + string.Concat(Enumerable.Repeat("[a", times)) : string.Concat(Enumerable.Repeat(part, times));
        Assert.Throws<TemplateException>(() => Template.Parse(text));
        Assert.Throws<TemplateException>(() => Template.Parse("{{ a" + string.Concat(Enumerable.Repeat(" | upcase", times)) + " }}"));
        Assert.Throws<TemplateException>(() => Template.Parse("{{ " + string.Concat(Enumerable.Repeat("a[", times)) + " }}"));
        Assert.Throws<TemplateException>(() => Expression.Parse(string.Concat(Enumerable.Repeat("(", times)) + "a" + string.Concat(Enumerable.Repeat(")", times))));
        Assert.Throws<TemplateException>(() => Expression.Parse(string.Join(" and ", Enumerable.Repeat("a", times))));
    }

    [Fact]
    public void Too_much_data_is_refused_on_the_plain_path_too()
    {
        Scope scope = new() { ["a"] = new string('x', Template.MaxOutput / 2 + 1) };
        Assert.Throws<TemplateException>(() => Template.Parse("{{ a }}{{ a }}").Render(scope));
    }

    [Fact]
    public void The_culture_of_the_machine_changes_nothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal("1.5 1.5 2.5", Template.Parse("{{ start.price }} {{ start.price | upcase }} {{ start.price | plus: 1 }}").Render(Scope.Sample()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_plain_path_and_liquid_agree()
    {
        Gen<string> piece = Gen.OneOf("text ", "{{ start.question }}", "{{start.n}}", "{{ json.list }}", "{{ json.list[2] }}", "{{ nothing.here }}", "{ }", "\n", "{{ search.chunks[1].title }}", "{{ start.ok }}");
        piece.Array[0, 6].Select(string.Concat).Sample(text =>
            Template.Parse(text).Render(Scope.Sample()) == Template.Parse(text + "{% if true %}{% endif %}").Render(Scope.Sample()), iter: 500);
    }

    [Fact]
    public void Any_text_is_rendered_or_refused_and_data_is_never_evaluated()
    {
        Gen<string> noise = Gen.OneOf("{{", "}}", "{%", "%}", " start.n ", "|", "if", "for", "'", "\"", "[", "]", ".", "x", " ", "-", "endif", "{", "}", "raw", "(", ")").Array[0, 14].Select(string.Concat);
        noise.Sample(text =>
        {
            try
            {
                Assert.NotNull(Template.Parse(text).Render(Scope.Sample()));
            }
            catch (TemplateException e)
            {
                Assert.NotEmpty(e.Message);
            }
            Assert.Equal(text, Template.Parse("{{ data }}").Render(new Scope { ["data"] = text }));
            Assert.Equal(text + "!", Template.Parse("{{ data | append: '!' }}").Render(new Scope { ["data"] = text }));
        }, iter: 3_000);
    }
}
