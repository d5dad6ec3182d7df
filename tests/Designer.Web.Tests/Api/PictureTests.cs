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
        await Api.Get<IModelStore>().SaveAsync(new ModelConnection
        {
            Id = Guid.NewGuid(),
            WorkspaceId = Api.Workspace,
            Name = name,
            Provider = provider,
            Endpoint = address,
            Model = provider == ModelProviders.ComfyUi ? provider : "gpt-image-1",
            Capabilities = ModelCapabilities.MakeImage,
            AllowPrivateNetwork = true,
        }, TestContext.Current.CancellationToken);
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

    /// <summary>Says one thing to everybody.</summary>
    private sealed class WebServer(WebApplication app) : IAsyncDisposable
    {
        public Uri Address => new(app.Urls.First());

        public static async Task<WebServer> StartAsync(string json)
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            WebApplication app = builder.Build();
            app.Run(context => context.Response.WriteAsync(json));
            await app.StartAsync();
            return new WebServer(app);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
