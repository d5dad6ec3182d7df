using System.Drawing;
using System.Text;
using System.Text.Json;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.OpenAi;

public sealed class OpenAiPicturesTests
{
    private static readonly byte[] s_png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    private static ModelConnection Connection(ScriptedServer server) => TestModels.Connection(server.Endpoint) with { Provider = ModelProviders.OpenAiImages, Model = "gpt-image-1", Capabilities = ModelCapabilities.MakeImage };

    private static string Data(params string[] items) => $$$"""{"created":1,"data":[{{{string.Join(',', items)}}}],"usage":{"total_tokens":110,"input_tokens":10,"output_tokens":100,"input_tokens_details":{"text_tokens":10,"image_tokens":0} } }""";
    private static string InAnswer => $$"""{"b64_json":"{{Convert.ToBase64String(s_png)}}"}""";

    private static async Task<(List<byte[]> Files, PictureUpdate.Used? Used)> MakeAsync(ModelConnection connection, PictureRequest request)
    {
        using TestModels models = new();
        List<byte[]> files = [];
        PictureUpdate.Used? used = null;
        await foreach (PictureUpdate update in models.Registry.CreateOther<IPictureMaker>(connection).MakeAsync(request, default))
        {
            if (update is PictureUpdate.Used tokens) used = tokens;
            if (update is not PictureUpdate.Result result) continue;
            using MemoryStream content = new();
            await result.Content.CopyToAsync(content);
            files.Add(content.ToArray());
        }
        return (files, used);
    }

    [Fact]
    public async Task Words_become_pictures_that_come_with_the_answer()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(200, Data(InAnswer, InAnswer)));
        (List<byte[]> files, PictureUpdate.Used? used) = await MakeAsync(Connection(server), new PictureRequest { Prompt = "A cat", Count = 2, Size = new Size(1024, 1536) });
        Assert.Equal(2, files.Count);
        Assert.All(files, f => Assert.Equal(s_png, f));
        Assert.Equal(new PictureUpdate.Used(10, 100), used);
        (string path, string? authorization, JsonElement body) = Assert.Single(server.Requests);
        Assert.Equal(("/v1/images/generations", "Bearer sk-secret-0123456789"), (path, authorization));
        Assert.Equal(("gpt-image-1", "A cat", 2, "1024x1536"), (body.GetProperty("model").GetString(), body.GetProperty("prompt").GetString(), body.GetProperty("n").GetInt32(), body.GetProperty("size").GetString()));
    }

    [Fact]
    public async Task A_named_picture_is_fetched_through_the_guard_and_without_the_key()
    {
        ScriptedServer? self = null;
        await using ScriptedServer server = self = await ScriptedServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/files/cat.png") await context.Response.Body.WriteAsync(s_png);
            else await Scenes.Status(200, Data($$"""{"url":"http://127.0.0.1:{{self!.Port}}/files/cat.png?signed=1"}"""))(context);
        });
        Assert.Equal(s_png, (await MakeAsync(Connection(server), new PictureRequest { Prompt = "A cat" })).Files.Single());
        Assert.Null(server.Requests.Last().Authorization);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/secret", "loopback"), InlineData("http://169.254.169.254/latest/meta-data/", "link-local"), InlineData("file:///etc/passwd", "no web address")]
    public async Task A_server_cannot_make_the_app_fetch_from_the_own_network(string address, string words)
    {
        await using ScriptedServer inside = await ScriptedServer.StartAsync(Scenes.Status(200, "{}"));
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(200, Data($$"""{"url":"{{string.Format(System.Globalization.CultureInfo.InvariantCulture, address, inside.Port)}}"}""")));
        ModelException error = await Assert.ThrowsAsync<ModelException>(() => MakeAsync(Connection(server), new PictureRequest { Prompt = "A cat" }));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Empty(inside.Requests);
    }

    [Fact]
    public async Task A_given_picture_is_changed()
    {
        string? path = null, form = null;
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            using StreamReader reader = new(context.Request.Body, Encoding.Latin1);
            (path, form) = (context.Request.Path, await reader.ReadToEndAsync());
            await Scenes.Status(200, Data(InAnswer))(context);
        });
        Assert.Equal(s_png, (await MakeAsync(Connection(server), new PictureRequest { Prompt = "With a hat", Images = [new DataContent(s_png, "image/png")] })).Files.Single());
        Assert.Equal("/v1/images/edits", path);
        Assert.Contains("With a hat", form, StringComparison.Ordinal);
        Assert.Contains(Encoding.Latin1.GetString(s_png), form, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_are_in_words_and_hold_no_key()
    {
        await using ScriptedServer refuses = await ScriptedServer.StartAsync(Scenes.Status(400, """{"error":{"message":"Your request was rejected by the safety system. sk-secret-0123456789","code":"moderation_blocked"}}"""));
        ModelException refused = await Assert.ThrowsAsync<ModelException>(() => MakeAsync(Connection(refuses), new PictureRequest { Prompt = "A cat" }));
        Assert.Equal(ModelErrorCodes.Refused, refused.Code);
        Assert.Contains("safety system", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", refused.ToString(), StringComparison.Ordinal);

        await using ScriptedServer empty = await ScriptedServer.StartAsync(Scenes.Status(200, """{"created":1,"data":[]}"""));
        Assert.Equal(ModelErrorCodes.BadResponse, (await Assert.ThrowsAsync<ModelException>(() => MakeAsync(Connection(empty), new PictureRequest { Prompt = "A cat" }))).Code);
        await using ScriptedServer odd = await ScriptedServer.StartAsync(Scenes.Status(200, """{"created":1,"data":[{"b64_json":"%%%"}]}"""));
        Assert.Equal(ModelErrorCodes.BadResponse, (await Assert.ThrowsAsync<ModelException>(() => MakeAsync(Connection(odd), new PictureRequest { Prompt = "A cat" }))).Code);
        Assert.Contains("in words", (await Assert.ThrowsAsync<ModelException>(() => MakeAsync(Connection(odd), new PictureRequest()))).Message, StringComparison.Ordinal);
        Assert.Contains("runs no workflows", (await Assert.ThrowsAsync<ModelException>(() => MakeAsync(Connection(odd), new PictureRequest { Prompt = "x", Workflow = "{}" }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_asks_for_the_list_and_makes_nothing()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(200, """{"object":"list","data":[{"id":"gpt-image-1","object":"model"}]}"""));
        using TestModels models = new();
        ModelTestResult test = await models.Tester.TestAsync(Connection(server), default);
        Assert.Equal("127.0.0.1 has gpt-image-1. No picture was made.", test.Answer);
        Assert.Equal("/v1/models", Assert.Single(server.Requests).Path);
        ModelTestResult other = await models.Tester.TestAsync(Connection(server) with { Model = "dall-e-9" }, default);
        Assert.Equal(ModelErrorCodes.Unknown, other.ErrorCode);
    }
}
