using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Designer.Models.Tests.OpenAi;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Models.Tests.Comfy;

/// <summary>ComfyUI's protocol against a server that plays its documented messages, and others.</summary>
public sealed class ComfyPicturesTests
{
    private static readonly byte[] s_png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
    private static readonly byte[] s_film = [0, 0, 0, 24, .. "ftypmp42"u8, 0, 0, 0, 0];

    internal const string Workflow = """
        { "3": { "class_type": "KSampler", "inputs": { "seed": 5, "steps": 20, "positive": ["6", 0] }, "_meta": { "title": "Draw" } },
          "6": { "class_type": "CLIPTextEncode", "inputs": { "text": "a cat", "clip": ["4", 1] } },
          "10": { "class_type": "LoadImage", "inputs": { "image": "example.png", "keep": true } },
          "9": { "class_type": "SaveImage", "inputs": { "filename_prefix": "ComfyUI", "images": ["8", 0] } } }
        """;

    private static ComfyScene Usual => new()
    {
        Messages = job =>
        [
            ComfyScene.Text("status", new { status = new { exec_info = new { queue_remaining = 3 } }, sid = "x" }),
            ComfyScene.Text("execution_start", new { prompt_id = job }),
            ComfyScene.Text("execution_cached", new { prompt_id = job, nodes = Array.Empty<string>() }),
            ComfyScene.Text("executing", new { node = "6", display_node = "6", prompt_id = job }),
            ComfyScene.Text("progress", new { value = 5, max = 20, prompt_id = job, node = "3" }),
            ComfyScene.Preview(s_png),
            ComfyScene.Text("executed", new { node = "9", output = new { images = new[] { new { filename = "ComfyUI_00001_.png", subfolder = "", type = "output" } } }, prompt_id = job }),
            ComfyScene.Text("execution_success", new { prompt_id = job }),
            ComfyScene.Text("executing", new { node = (string?)null, prompt_id = job }),
        ],
        Files = { ["ComfyUI_00001_.png"] = s_png },
    };

    private sealed record Made(List<string> Progress, List<byte[]> Previews, List<(string Name, byte[] Content)> Files);

    private static TestModels Models() => new(new ModelHttpLimits { AskAgain = TimeSpan.FromMilliseconds(20) });

    private static ModelConnection Connection(ScriptedComfy server, string? key = null) => TestModels.Connection(server.Address, key) with { Provider = ModelProviders.ComfyUi, Model = ModelProviders.ComfyUi, Capabilities = ModelCapabilities.MakeImage };

    private static async Task<Made> MakeAsync(ScriptedComfy server, PictureRequest? request = null, ModelConnection? connection = null, CancellationToken cancellation = default)
    {
        using TestModels models = Models();
        Made made = new([], [], []);
        await foreach (PictureUpdate update in models.Registry.CreateOther<IPictureMaker>(connection ?? Connection(server)).MakeAsync(request ?? new PictureRequest { Workflow = Workflow }, cancellation))
        {
            if (update is PictureUpdate.Progress progress) made.Progress.Add(progress.Message);
            if (update is PictureUpdate.Preview preview) made.Previews.Add(preview.Picture.ToArray());
            if (update is not PictureUpdate.Result result) continue;
            using MemoryStream content = new();
            await result.Content.CopyToAsync(content, cancellation);
            made.Files.Add((result.Name, content.ToArray()));
        }
        return made;
    }

    private static async Task<ModelException> FailAsync(ComfyScene scene, PictureRequest? request = null)
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(scene);
        return await Assert.ThrowsAsync<ModelException>(() => MakeAsync(server, request));
    }

    [Fact]
    public async Task A_job_is_queued_watched_and_its_file_fetched()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(Usual);
        Made made = await MakeAsync(server, connection: Connection(server, "sk-secret-0123456789"));
        Assert.Equal(["3 jobs in the server's queue", "CLIPTextEncode", "Draw: 5 of 20"], made.Progress);
        Assert.Equal(s_png, Assert.Single(made.Previews));
        Assert.Equal("ComfyUI_00001_.png", made.Files.Single().Name);
        Assert.Equal(s_png, made.Files.Single().Content);
        Assert.StartsWith("GET /ws?clientId=", server.Requests.First(), StringComparison.Ordinal);
        JsonObject prompt = Assert.Single(server.Prompts);
        Assert.Equal(server.Requests.First()["GET /ws?clientId=".Length..], prompt["client_id"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Workflow), prompt["prompt"]));
        Assert.Contains("GET /view?filename=ComfyUI_00001_.png&subfolder=&type=output", server.Requests);
        // Where there is a key it goes along, to the socket, too.
        Assert.All(server.Authorizations, a => Assert.Equal("Bearer sk-secret-0123456789", a));
        Assert.False(server.Stopped.IsCompleted);
    }

    [Fact]
    public async Task Inputs_are_set_by_path_in_the_types_that_the_workflow_has_and_files_are_handed_over()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(Usual);
        await MakeAsync(server, new PictureRequest
        {
            Workflow = Workflow,
            Inputs = [new("6.inputs.text", "a dog, {of gold}"), new("3.seed", "18446744073"), new("3.inputs.steps", JsonElement.Parse("4")), new("10.keep", "false"), new("10.inputs.image", new DataContent(s_png, "image/png"))],
        });
        JsonNode nodes = Assert.Single(server.Prompts)["prompt"]!;
        var upload = Assert.Single(server.Uploads);
        Assert.Equal(s_png, upload.Content);
        Assert.Equal("""{"text":"a dog, {of gold}","clip":["4",1]}""", nodes["6"]!["inputs"]!.ToJsonString());
        Assert.Equal("""{"seed":18446744073,"steps":4,"positive":["6",0]}""", nodes["3"]!["inputs"]!.ToJsonString());
        Assert.Equal($$"""{"image":"designer/{{upload.Name}}","keep":false}""", nodes["10"]!["inputs"]!.ToJsonString());
        Assert.Matches(@"^[0-9a-f]{32}\.png$", upload.Name);
    }

    [Theory]
    [InlineData(null, "6.text", "needs a workflow"), InlineData("{", "6.text", "is no JSON"), InlineData("[]", "6.text", "no JSON object"), InlineData("{}", "6.text", "has no nodes")]
    [InlineData("""{"nodes":[],"links":[]}""", "6.text", "Export (API)"), InlineData("""{"6":{"inputs":{}}}""", "6.text", "“6” has no class_type")]
    [InlineData(Workflow, "7.inputs.text", "has no node “7”. It has 3 (Draw), 6 (CLIPTextEncode)"), InlineData(Workflow, "6.inputs.txt", "has no input “txt”. It has text, clip.")]
    public async Task What_is_wrong_with_a_workflow_is_said_before_anything_is_sent(string? workflow, string input, string words)
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(Usual);
        ModelException error = await Assert.ThrowsAsync<ModelException>(() => MakeAsync(server, new PictureRequest { Workflow = workflow, Inputs = [new(input, "x")] }));
        Assert.Equal(ModelErrorCodes.Refused, error.Code);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_cut_socket_and_a_server_without_one_are_made_up_for_by_asking()
    {
        ComfyScene cut = Usual with { Messages = job => [.. Usual.Messages(job).Take(5), ComfyScene.Cut], HistoryAfter = 4 };
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(cut);
        Assert.Equal(s_png, (await MakeAsync(server)).Files.Single().Content);
        Assert.Equal(4, server.Requests.Count(r => r.StartsWith("GET /history/", StringComparison.Ordinal)));

        await using ScriptedComfy bare = await ScriptedComfy.StartAsync(Usual with { HasNoSocket = true });
        Made made = await MakeAsync(bare);
        Assert.Equal(s_png, made.Files.Single().Content);
        Assert.Empty(made.Progress);
    }

    [Fact]
    public async Task A_message_that_is_lost_is_made_up_for_by_asking()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(Usual with { Messages = job => Usual.Messages(job).Take(5) });
        Assert.Equal(s_png, (await MakeAsync(server)).Files.Single().Content);
    }

    [Fact]
    public async Task Films_are_files_too_and_temporary_ones_count_where_nothing_is_saved()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(Usual with
        {
            Outputs = """{"1":{"images":[{"filename":"temp.png","subfolder":"","type":"temp"}]},"2":{"gifs":[{"filename":"../film.mp4","subfolder":"a/b","type":"output","format":"video/h264-mp4"}],"animated":[true],"text":["x"]}}""",
            Status = null,
            IsOld = true,
            Files = new() { ["../film.mp4"] = s_film, ["temp.png"] = s_png },
        });
        Made made = await MakeAsync(server);
        Assert.Equal("../film.mp4", made.Files.Single().Name);
        Assert.Equal(s_film, made.Files.Single().Content);
        Assert.Contains("GET /view?filename=..%2Ffilm.mp4&subfolder=a%2Fb&type=output", server.Requests);

        await using ScriptedComfy shows = await ScriptedComfy.StartAsync(Usual with { Outputs = """{"1":{"images":[{"filename":"temp.png","subfolder":"","type":"temp"}]}}""", Files = new() { ["temp.png"] = s_png } });
        Assert.Equal("temp.png", (await MakeAsync(shows)).Files.Single().Name);
        Assert.Contains("saves no file", (await FailAsync(Usual with { Outputs = """{"1":{"images":"x"},"2":[{"filename":"y"}],"3":{"images":[{"filename":5}]}}""" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_says_against_a_workflow_is_told()
    {
        ModelException refused = await FailAsync(Usual with
        {
            Refusal = (400, """{"error":{"type":"prompt_outputs_failed_validation","message":"Prompt outputs failed validation","details":"","extra_info":{}},"node_errors":{"4":{"errors":[{"type":"value_not_in_list","message":"Value not in list","details":"ckpt_name: 'x' not in ['y']"}],"dependent_outputs":["9"],"class_type":"CheckpointLoaderSimple"}}}"""),
        });
        Assert.Equal(ModelErrorCodes.Refused, refused.Code);
        Assert.Contains("Prompt outputs failed validation node 4: Value not in list ckpt_name: 'x' not in ['y']", refused.Message, StringComparison.Ordinal);

        ModelException failed = await FailAsync(Usual with
        {
            Messages = job => [.. Usual.Messages(job).Take(5), ComfyScene.Text("execution_error", new { prompt_id = job, node_id = "3", node_type = "KSampler", exception_message = "out of memory", exception_type = "RuntimeError" })],
            Outputs = "{}",
            Status = """{"status_str":"error","completed":false,"messages":[["execution_start",{}],["execution_error",{"node_id":"3","node_type":"KSampler","exception_message":"out of\u0007memory","traceback":["x"]}]]}""",
        });
        Assert.Equal(ModelErrorCodes.Refused, failed.Code);
        Assert.EndsWith("node 3 (KSampler) says: out of memory.", failed.Message, StringComparison.Ordinal);

        ModelException stopped = await FailAsync(Usual with { Outputs = "{}", Status = """{"status_str":"error","completed":false,"messages":[["execution_interrupted",{"node_id":"3"}]]}""" });
        Assert.EndsWith("somebody stopped it there.", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_the_server_forgets_ends_in_words()
    {
        ModelException error = await FailAsync(Usual with { Forgets = true });
        Assert.Equal(ModelErrorCodes.BadResponse, error.Code);
        Assert.Contains("no longer knows the job", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_leaves_stops_the_job_on_the_server()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(Usual with { Messages = job => Usual.Messages(job).Take(6), IsEndless = true });
        using TestModels models = Models();
        using CancellationTokenSource leaving = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (PictureUpdate update in models.Registry.CreateOther<IPictureMaker>(Connection(server)).MakeAsync(new PictureRequest { Workflow = Workflow }, leaving.Token))
                if (update is PictureUpdate.Preview) await leaving.CancelAsync();
        });
        Assert.True(server.Stopped.IsCompletedSuccessfully);
        Assert.Equal(["POST /queue", "GET /queue", "POST /interrupt"], server.Requests.TakeLast(3));
    }

    [Fact]
    public async Task Hostile_messages_change_nothing()
    {
        byte[] huge = new byte[1024 * 1024];
        s_png.CopyTo(huge, 0);
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(Usual with
        {
            Messages = job =>
            [
                "no json", "[]", "{}", """{"type":"progress","data":[]}""", """{"type":5,"data":{}}""",
                ComfyScene.Text("progress", new { value = 1e300, max = 1, prompt_id = job }), ComfyScene.Text("progress", new { value = -5, max = 20, prompt_id = job }),
                ComfyScene.Text("executing", new { node = (string?)null, prompt_id = "another job" }), ComfyScene.Text("execution_error", new { prompt_id = "another job" }),
                ComfyScene.Text("status", new { status = new { exec_info = new { queue_remaining = 1e12 } } }), new string('[', 5000),
                ComfyScene.Preview("<script>alert(1)</script>"u8.ToArray()), ComfyScene.Preview(huge), new byte[] { 0, 0, 0, 4, 255, 255, 255, 255, 1 }, new byte[] { 1 }, (byte[])[0, 0, 0, 4, 0, 0, 0, 2, .. "{}"u8, .. s_png],
                ComfyScene.Text("executing", new { node = "a\u0000\nnode that is not there", prompt_id = job }),
                .. Usual.Messages(job).Skip(7),
            ],
        });
        Made made = await MakeAsync(server);
        Assert.Equal(["a  node that is not there"], made.Progress);
        Assert.Equal(s_png, Assert.Single(made.Previews));
        Assert.Equal(s_png, made.Files.Single().Content);
    }

    [Fact]
    public async Task All_sockets_pass_the_network_guard()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(Usual);
        ModelException error = await Assert.ThrowsAsync<ModelException>(() => MakeAsync(server, connection: Connection(server) with { AllowPrivateNetwork = false }));
        Assert.Contains("loopback", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_test_says_what_the_server_is_and_makes_nothing()
    {
        await using ScriptedComfy server = await ScriptedComfy.StartAsync(Usual);
        using TestModels models = Models();
        ModelTestResult test = await models.Tester.TestAsync(Connection(server), default);
        Assert.Equal("ComfyUI 0.3.40 · cuda:0 Test Card, 24 GiB", test.Answer);
        Assert.Empty(server.Prompts);

        await using ScriptedServer other = await ScriptedServer.StartAsync(Scenes.Status(200, """{"hello":"world"}"""));
        ModelTestResult wrong = await models.Tester.TestAsync(Connection(server) with { Endpoint = other.Endpoint }, default);
        Assert.Equal(ModelErrorCodes.BadResponse, wrong.ErrorCode);
        Assert.Contains("is the address right", wrong.Error, StringComparison.Ordinal);
        ModelTestResult none = await models.Tester.TestAsync(Connection(server) with { Endpoint = new Uri("http://127.0.0.1:1") }, default);
        Assert.Contains("nothing listens there", none.Error, StringComparison.Ordinal);
    }
}
