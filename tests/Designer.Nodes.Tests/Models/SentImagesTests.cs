using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Designer.Engine;
using Designer.Flows;
using Designer.Models.Connections;
using Designer.Models.Network;
using Designer.Nodes.Tests.Tools;
using Microsoft.Extensions.AI;
using Xunit;

namespace Designer.Nodes.Tests.Models;

/// <summary>Pictures in messages by address and from other nodes. What flows upload is in <c>Data/FileTests</c>.</summary>
public sealed class SentImagesTests
{
    internal static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
    private static readonly object[] Ask = [new { role = "user", text = "What is it?" }];

    /// <summary>A server that has a picture, text that says it is one, a picture of 21 MB, and ways elsewhere.</summary>
    private static RawServer Gallery(string elsewhere = "/cat") => new(async (request, stream) => await (request.Split(' ')[1] switch
    {
        "/cat" => SendAsync(stream, "text/html", Png),
        "/page" => SendAsync(stream, "image/png", "<html>no cat</html>"u8.ToArray()),
        "/svg" => SendAsync(stream, "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray()),
        "/huge" => SendAsync(stream, "image/png", [.. Png, .. new byte[21 * 1024 * 1024]]),
        "/moved" => stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n")).AsTask(),
        _ => stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray()).AsTask(),
    }));

    private static async Task SendAsync(NetworkStream stream, string type, byte[] content)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {content.Length}\r\n\r\n")));
        await stream.WriteAsync(content);
    }

    private static TestFlow Seeing(params RawServer[] opened)
    {
        TestFlow flow = new(new ScriptedModels(ModelCapabilities.Chat | ModelCapabilities.Vision | ModelCapabilities.Tools), NetworkPolicy.PublicOnly with { AllowedHosts = opened.Select(o => $"127.0.0.1:{o.Port}").ToHashSet() });
        flow.Models.Client.Say("A cat.");
        return flow;
    }

    private static Task<TestRun> AskAsync(TestFlow flow, object images) =>
        flow.RunNodeAsync("model.chat", new { model = "scripted", messages = Ask, images = "{{ start.images }}" }, new { images }, "images");

    private static string[] Sent(TestFlow flow) => [.. flow.Models.Client.Calls.Single().Messages[^1].Contents.Select(c => c is DataContent data ? data.MediaType : "text")];

    [Fact]
    public async Task An_address_is_fetched_by_the_app_and_goes_as_data()
    {
        await using RawServer gallery = Gallery();
        using TestFlow flow = Seeing(gallery);
        FileRef file = await flow.UploadAsync("cat.png", Png);
        TestRun run = await AskAsync(flow, new object[] { gallery.Url + "/cat", file, gallery.Url + "/moved" });
        Assert.Equal("A cat.", run.Outputs().GetProperty("text").GetString());
        // What the server says of the type does not count, and the model's server gets no address.
        Assert.Equal(["text", "image/png", "image/png", "image/png"], Sent(flow));
        Assert.All(flow.Models.Client.Calls.Single().Messages[^1].Contents.OfType<DataContent>(), image => Assert.Equal(Png, image.Data.ToArray()));
        Assert.Equal(["/cat", "/moved", "/cat"], gallery.Requests.Select(r => r.Split(' ')[1]));
    }

    [Theory]
    [InlineData("/page", "model.noImage"), InlineData("/svg", "model.noImage"), InlineData("/huge", "model.imagesTooLarge"), InlineData("/gone", "http.status")]
    public async Task What_is_no_picture_or_too_large_is_not_sent(string path, string code)
    {
        await using RawServer gallery = Gallery();
        using TestFlow flow = Seeing(gallery);
        Assert.Equal(code, (await AskAsync(flow, gallery.Url + path)).Error.Code);
        Assert.Empty(flow.Models.Client.Calls);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/cat"), InlineData("http://[::ffff:127.0.0.1]:{0}/cat"), InlineData("http://0x7f.1:{0}/cat"), InlineData("http://169.254.169.254/latest/meta-data/")]
    public async Task An_inner_address_is_refused(string address)
    {
        await using RawServer inside = Gallery();
        using TestFlow flow = Seeing();
        TestRun run = await AskAsync(flow, string.Format(CultureInfo.InvariantCulture, address, inside.Port));
        Assert.Equal("http.refused", run.Error.Code);
        Assert.Empty(inside.Requests);
        Assert.Empty(flow.Models.Client.Calls);
    }

    [Fact]
    public async Task A_redirect_to_an_inner_address_is_refused()
    {
        await using RawServer inside = Gallery();
        await using RawServer gallery = Gallery($"http://127.0.0.1:{inside.Port}/cat");
        using TestFlow flow = Seeing(gallery);
        Assert.Equal("http.refused", (await AskAsync(flow, gallery.Url + "/moved")).Error.Code);
        Assert.Empty(inside.Requests);
        Assert.Empty(flow.Models.Client.Calls);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "model.noImage"), InlineData("data:image/png;base64,AAAA", "model.noImage"), InlineData("http://user:pass@example.org/cat.png", "http.address")]
    public async Task Only_plain_web_addresses_are_fetched(string address, string code)
    {
        using TestFlow flow = Seeing();
        Assert.Equal(code, (await AskAsync(flow, address)).Error.Code);
    }

    [Fact]
    public async Task Another_nodes_output_is_taken()
    {
        using TestFlow flow = Seeing();
        FileRef file = await flow.UploadAsync("cat.png", Png);
        const string Keep = """{ "id": "keep", "type": "tools.code", "typeVersion": 1, "name": "Keep", "position": { "x": 0, "y": 200 }, "settings": { "code": "return { best: input.photos[0], all: input.photos }", "input": { "photos": "{{ start.photos }}" } } }""";
        string document = $$$"""
            { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-000000000009", "name": "Test", "mode": "task",
              "nodes": [
                { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "photos", "type": "array<image>" } ] } },
                {{{Keep}}},
                { "id": "node", "type": "model.chat", "typeVersion": 1, "name": "Node", "position": { "x": 280, "y": 0 }, "settings": { "model": "scripted", "messages": [ { "role": "user", "text": "?" } ], "images": "{{ keep.result.best }}" } } ],
              "edges": [ { "id": "e1", "from": "start:out", "to": "keep:in" }, { "id": "e2", "from": "keep:out", "to": "node:in" } ], "slots": {}, "notes": [] }
            """;
        TestRun run = await flow.RunAsync(document, new { photos = new[] { file } });
        Assert.Equal("A cat.", run.Outputs().GetProperty("text").GetString());
        Assert.Equal(["text", "image/png"], Sent(flow));
    }

    [Fact]
    public async Task An_assistant_sees_them_with_its_input_and_trusts_nothing_in_them()
    {
        await using RawServer gallery = Gallery();
        using TestFlow flow = Seeing(gallery);
        FileRef file = await flow.UploadAsync("cat.png", Png);
        const string Send = """{ "id": "send", "type": "tools.http", "typeVersion": 1, "name": "Send", "position": { "x": 280, "y": 200 }, "settings": { "url": "http://127.0.0.1:9/x", "method": "post" } }""";
        object settings = new { model = "scripted", goal = "Help.", input = "What is it?", images = "{{ start.images }}" };
        TestRun run = await flow.RunNodeAsync("agents.assistant", settings, new { images = new object[] { file, gallery.Url + "/cat" } }, "images");
        Assert.Equal("A cat.", run.Outputs().GetProperty("text").GetString());
        Assert.Equal(["text", "image/png", "image/png"], Sent(flow));

        // A picture may say what to do, so a person is asked before the assistant acts.
        using TestFlow asking = new(new ScriptedModels(ModelCapabilities.Chat | ModelCapabilities.Vision | ModelCapabilities.Tools), NetworkPolicy.PublicOnly);
        asking.Models.Client.Call("send", new { });
        TestRun waiting = await asking.RunNodeAsync("agents.assistant", settings, new { images = await asking.UploadAsync("cat.png", Png) }, "images", Send, """{ "id": "t1", "from": "node:tools", "to": "send:tool" }""");
        Assert.Equal(RunState.Waiting, waiting.Row.State);

        using TestFlow blind = new();
        blind.Models.Client.Say("?");
        Assert.Equal("model.noVision", (await blind.RunNodeAsync("agents.assistant", settings, new { images = await blind.UploadAsync("cat.png", Png) }, "images")).Error.Code);
    }
}
