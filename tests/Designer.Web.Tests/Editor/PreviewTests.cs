using System.Net;
using System.Text;
using System.Text.Json;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Tests.Editor;

/// <summary>What an expression gives while it is written.</summary>
public sealed class PreviewTests(PreviewTests.Shared shared) : IClassFixture<PreviewTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public DesignerApp App { get; private set; } = null!;
        public TestBrowser Owner { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            App = await DesignerApp.WithOwnerAsync();
            Owner = await App.SignInAsync(App.Owner.Email);
        }

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    private static Task<HttpResponseMessage> PostAsync(TestBrowser browser, string json) =>
        browser.SendAsync(HttpMethod.Post, "/api/editor/preview", new StringContent(json, Encoding.UTF8, "application/json"));

    private async Task<JsonElement> AskAsync(string json)
    {
        using HttpResponseMessage response = await PostAsync(shared.Owner, json);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }

    [Theory]
    [InlineData("""{ "template": "{{ a.n }}", "values": { "a": { "n": [1, 2] } } }""", "[1,2]")]
    [InlineData("""{ "template": "{{ a.n | size }} of {{ a.t | upcase }}", "values": { "a": { "n": [1, 2], "t": "x" } } }""", "\"2 of X\"")]
    [InlineData("""{ "template": { "q": "{{ a.t }}", "k": 3, "list": ["{{ a.t }}!"] }, "values": { "a": { "t": "x" } } }""", """{"q":"x","k":3,"list":["x!"]}""")]
    [InlineData("""{ "template": "a.n.size > 1 and a.t == 'x'", "isCondition": true, "values": { "a": { "n": [1, 2], "t": "x" } } }""", "true")]
    [InlineData("""{ "template": "{{ gone.x }}" }""", "null")]
    public async Task An_expression_gives_what_a_run_would(string request, string value) =>
        Assert.Equal(value, (await AskAsync(request)).GetProperty("value").GetRawText());

    [Theory]
    [InlineData("{{ a.n | }}")]
    [InlineData("{% for x in (1..99999999) %}{{ x }}{% endfor %}")]
    [InlineData("{{ a | nosuchfilter }}")]
    public async Task A_mistake_is_told_and_nothing_runs_away(string template)
    {
        JsonElement answer = await AskAsync(JsonSerializer.Serialize(new { template, values = new { a = 1 } }));

        Assert.NotEqual("", answer.GetProperty("problem").GetProperty("message").GetString());
        Assert.False(answer.TryGetProperty("value", out _));
    }

    [Fact]
    public async Task Values_are_data_and_never_evaluated()
    {
        JsonElement answer = await AskAsync("""{ "template": "{{ a.t }}.", "values": { "a": { "t": "{{ 1 | plus: 1 }}" } } }""");

        Assert.Equal("{{ 1 | plus: 1 }}.", answer.GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_long_text_is_cut()
    {
        JsonElement answer = await AskAsync(JsonSerializer.Serialize(new { template = "{{ a.t }}", values = new { a = new { t = new string('x', 10_000) } } }));

        Assert.True(answer.GetProperty("isCut").GetBoolean());
        Assert.Equal(4_000, answer.GetProperty("value").GetString()!.Length);
    }

    [Fact]
    public async Task Only_those_who_edit_may_ask_and_only_with_a_template()
    {
        SignedInMember viewer = await shared.App.AddMemberAsync($"viewer-{Guid.NewGuid():N}@example.org", Role.Viewer);
        using HttpResponseMessage refused = await PostAsync(await shared.App.SignInAsync(viewer.Email), """{ "template": "x" }""");
        using HttpResponseMessage nobody = await PostAsync(shared.App.Browser(), """{ "template": "x" }""");
        using HttpResponseMessage empty = await PostAsync(shared.Owner, "{}");
        using HttpResponseMessage broken = await PostAsync(shared.Owner, "{");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest),
            (refused.StatusCode, nobody.StatusCode, empty.StatusCode, broken.StatusCode));
    }
}
