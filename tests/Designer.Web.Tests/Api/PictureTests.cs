using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.Tests.Comfy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Designer.Web.Tests.Api;

/// <summary>Pictures made by published flows over HTTP: by a ComfyUI server and by an images interface, both scripted.</summary>
public sealed class PictureTests(PictureTests.Shared shared) : IClassFixture<PictureTests.Shared>
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
    private static readonly byte[] Film = [0, 0, 0, 24, .. "ftypmp42"u8, 0, 0, 0, 0];
    private const string Workflow = """{ "6": { "class_type": "CLIPTextEncode", "inputs": { "text": "a cat" } }, "10": { "class_type": "LoadImage", "inputs": { "image": "example.png" } }, "9": { "class_type": "SaveImage", "inputs": { "images": ["6", 0] } } }""";

    public sealed class Shared : IAsyncLifetime
    {
        public ApiApp Api { get; private set; } = null!;
        public async ValueTask InitializeAsync() => Api = await ApiApp.StartAsync(services => services.AddSingleton(new ModelHttpLimits { AskAgain = TimeSpan.FromMilliseconds(20) }));
        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }

    private ApiApp Api => shared.Api;

    [Fact]
    public async Task A_workflow_of_ComfyUI_makes_files_that_the_caller_gets()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(new ComfyScene
        {
            Outputs = """{"9":{"images":[{"filename":"../../cat.png","subfolder":"..","type":"output"}]},"8":{"gifs":[{"filename":"cat.mp4","subfolder":"","type":"output"}]}}""",
            Files = new() { ["../../cat.png"] = Png, ["cat.mp4"] = Film },
            Messages = job => [ComfyScene.Text("progress", new { value = 1, max = 2, prompt_id = job, node = "6" }), ComfyScene.Preview(Png), ComfyScene.Text("executing", new { node = (string?)null, prompt_id = job })],
        });
        Published flow = await PublishAsync("comfy", ModelProviders.ComfyUi, server.Address,
            """ "workflow": WORKFLOW, "inputs": [ { "input": "6.inputs.text", "value": "{{ start.prompt }}, in oil" }, { "input": "10.image", "value": "{{ start.photo }}" } ] """);
        using ByteArrayContent upload = new(Png);
        upload.Headers.ContentType = new("application/octet-stream");
        JsonElement photo = (await Api.SendAsync(HttpMethod.Post, "/api/v1/files?name=me.png", flow.Key, upload)).Json;

        ApiAnswer run = await RunAsync(flow, new { prompt = "A dog", photo });
        Assert.Equal("A dog, in oil", Assert.Single(server.Prompts)["prompt"]!["6"]!["inputs"]!["text"]!.GetValue<string>());
        Assert.Equal(Png, Assert.Single(server.Uploads).Content);
        FileRef[] files = Files(run);
        Assert.Equal([("cat.png", "image/png"), ("cat.mp4", "video/mp4")], files.Select(f => (f.Name, f.MediaType)));
        await IsServedAsync(Png, "image/png", run, files[0], flow);
        await IsServedAsync(Film, "video/mp4", run, files[1], flow);
    }

    [Fact]
    public async Task An_images_interface_makes_files_too()
    {
        await using WebServer server = await WebServer.StartAsync($$"""{"created":1,"data":[{"b64_json":"{{Convert.ToBase64String(Png)}}"}]}""");
        Published flow = await PublishAsync("painter", ModelProviders.OpenAiImages, new Uri(server.Address, "v1"), """ "prompt": "{{ start.prompt }}" """);
        ApiAnswer run = await RunAsync(flow, new { prompt = "A dog" });
        FileRef file = Assert.Single(Files(run));
        Assert.Equal(("picture-1.png", "image/png"), (file.Name, file.MediaType));
        await IsServedAsync(Png, "image/png", run, file, flow);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_assistant_makes_a_picture_with_a_tool_and_looks_at_it_where_it_sees(bool sees)
    {
        await using WebServer painter = await WebServer.StartAsync($$"""{"created":1,"data":[{"b64_json":"{{Convert.ToBase64String(Png)}}"}]}""");
        await using WebServer talker = await WebServer.StartAsync(
            Chunks("""{"role":"assistant","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"draw","arguments":"{\"prompt\":\"A dog\"}"}}]}""", "tool_calls"),
            Chunks("""{"role":"assistant","content":"Here is your dog."}""", "stop"));
        string names = sees ? "seeing" : "blind";
        await ConnectAsync($"{names}-painter", ModelProviders.OpenAiImages, new Uri(painter.Address, "v1"), ModelCapabilities.MakeImage);
        await ConnectAsync(names, ModelProviders.OpenAi, new Uri(talker.Address, "v1"), ModelCapabilities.Chat | ModelCapabilities.Tools | (sees ? ModelCapabilities.Vision : ModelCapabilities.None));
        Published flow = await Api.PublishAsync(FlowJson.Read(System.Text.Encoding.UTF8.GetBytes($$$"""
            { "schema": "designer.flow/1", "id": "{{{Guid.CreateVersion7()}}}", "name": "Pictures", "mode": "task",
              "nodes": [
                { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "prompt", "type": "string", "required": true } ] } },
                { "id": "helper", "type": "agents.assistant", "typeVersion": 1, "name": "Helper", "position": { "x": 280, "y": 0 }, "settings": { "model": "@slot:model", "goal": "Draw what is wished.", "input": "{{ start.prompt }}" } },
                { "id": "draw", "type": "models.image", "typeVersion": 1, "name": "Draw", "position": { "x": 280, "y": 200 }, "settings": { "model": "@slot:painter", "prompt": "{{ args.prompt }}, in oil" } },
                { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "{{ helper.text }}", "outputs": [ { "name": "files", "value": "{{ helper.files }}" } ] } } ],
              "edges": [ { "id": "e1", "from": "start:out", "to": "helper:in" }, { "id": "e2", "from": "helper:out", "to": "answer:in" }, { "id": "t1", "from": "helper:tools", "to": "draw:tool" } ],
              "slots": { "model": { "kind": "model", "needs": [ "chat", "tools" ] }, "painter": { "kind": "model", "needs": [ "makeImage" ] } } }
            """)), bindings: new() { ["model"] = names, ["painter"] = $"{names}-painter" });

        ApiAnswer run = await RunAsync(flow, new { prompt = "Draw me a dog." });

        Assert.Equal("A dog, in oil", Assert.Single(painter.Asked).GetProperty("prompt").GetString());
        FileRef file = Assert.Single(Files(run));
        await IsServedAsync(Png, "image/png", run, file, flow);
        JsonElement[] messages = [.. talker.Asked.Last().GetProperty("messages").EnumerateArray()];
        Assert.Contains($"picture-1.png (image/png), id {file.Id}", messages.Single(m => m.GetProperty("role").GetString() == "tool").GetProperty("content").ToString(), StringComparison.Ordinal);
        Assert.Equal(sees, messages[^1].ToString().Contains($"data:image/png;base64,{Convert.ToBase64String(Png)}", StringComparison.Ordinal));
    }

    private static string Chunks(string delta, string finish) => string.Concat(((string[])
    [
        $$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{{delta}}},"finish_reason":null}]}""",
        $$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""",
        "[DONE]",
    ]).Select(chunk => $"data: {chunk}\n\n"));

    [Fact]
    public async Task What_the_server_serves_as_a_picture_is_looked_at()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(new ComfyScene { Files = new() { ["ComfyUI_00001_.png"] = "<html><script>alert(1)</script></html>"u8.ToArray() } });
        Published flow = await PublishAsync("liar", ModelProviders.ComfyUi, server.Address, """ "workflow": WORKFLOW """);
        ApiAnswer run = await Api.PostAsync(flow.Runs, flow.Key, """{"input":{"prompt":"x"}}""");
        Assert.Equal("model.badResponse", run.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_cancelled_run_stops_the_job_on_the_server()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(new ComfyScene { IsEndless = true });
        Published flow = await PublishAsync("endless", ModelProviders.ComfyUi, server.Address, """ "workflow": WORKFLOW """);
        ApiAnswer started = await Api.PostAsync(flow.Runs, flow.Key, """{"input":{"prompt":"x"}}""", ("Prefer", "respond-async"));
        await server.Queued.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Api.SendAsync(HttpMethod.Post, $"/api/v1/runs/{started.RunId}/cancel", flow.Key);
        await server.Stopped.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Contains("POST /queue", server.Requests);
    }

    private async Task<ApiAnswer> RunAsync(Published flow, object input)
    {
        ApiAnswer run = await Api.PostAsync(flow.Runs, flow.Key, JsonSerializer.Serialize(new { input }, FlowJson.Options));
        Assert.True(run.Status == HttpStatusCode.OK, run.Text);
        return run;
    }

    private static FileRef[] Files(ApiAnswer run) => run.Json.GetProperty("output").GetProperty("files").Deserialize<FileRef[]>(FlowJson.Options)!;

    private async Task IsServedAsync(byte[] content, string type, ApiAnswer run, FileRef file, Published flow)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/v1/runs/{run.RunId}/files/{file.Id}");
        request.Headers.Authorization = new("Bearer", flow.Key);
        using HttpResponseMessage response = await Api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private async Task<Published> PublishAsync(string name, string provider, Uri address, string settings)
    {
        await ConnectAsync(name, provider, address, ModelCapabilities.MakeImage);
        FlowDocument document = FlowJson.Read(System.Text.Encoding.UTF8.GetBytes($$$"""
            { "schema": "designer.flow/1", "id": "{{{Guid.CreateVersion7()}}}", "name": "Pictures", "mode": "task",
              "nodes": [
                { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "prompt", "type": "string", "required": true }, { "name": "photo", "type": "image" } ] } },
                { "id": "draw", "type": "models.image", "typeVersion": 1, "name": "Draw", "position": { "x": 280, "y": 0 }, "settings": { "model": "@slot:model", {{{settings.Replace("WORKFLOW", JsonSerializer.Serialize(Workflow), StringComparison.Ordinal)}}} } },
                { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "outputs": [ { "name": "files", "value": "{{ draw.files }}" } ] } } ],
              "edges": [ { "id": "e1", "from": "start:out", "to": "draw:in" }, { "id": "e2", "from": "draw:out", "to": "answer:in" } ],
              "slots": { "model": { "kind": "model", "needs": [ "makeImage" ] } } }
            """));
        return await Api.PublishAsync(document, bindings: new() { ["model"] = name });
    }

    private Task<ModelConnection> ConnectAsync(string name, string provider, Uri address, ModelCapabilities can) => Api.Get<IModelStore>().SaveAsync(new ModelConnection
    {
        Id = Guid.NewGuid(),
        WorkspaceId = Api.Workspace,
        Name = name,
        Provider = provider,
        Endpoint = address,
        Model = provider == ModelProviders.ComfyUi ? provider : "gpt-image-1",
        Capabilities = can,
        AllowPrivateNetwork = true,
    }, TestContext.Current.CancellationToken);

    /// <summary>Says one thing after the other, the last one for ever, and remembers what it was asked.</summary>
    private sealed class WebServer(WebApplication app) : IAsyncDisposable
    {
        public Uri Address => new(app.Urls.First());
        public ConcurrentQueue<JsonElement> Asked { get; } = new();

        /// <param name="answers">JSON, or events.</param>
        public static async Task<WebServer> StartAsync(params string[] answers)
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            WebApplication app = builder.Build();
            WebServer server = new(app);
            app.Run(async context =>
            {
                server.Asked.Enqueue(await context.Request.ReadFromJsonAsync<JsonElement>());
                string answer = answers[Math.Min(server.Asked.Count, answers.Length) - 1];
                context.Response.ContentType = answer.StartsWith("data:", StringComparison.Ordinal) ? "text/event-stream" : "application/json";
                await context.Response.WriteAsync(answer);
            });
            await app.StartAsync();
            return server;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
