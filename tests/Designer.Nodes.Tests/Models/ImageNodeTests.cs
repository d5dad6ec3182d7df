using System.Runtime.CompilerServices;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Xunit;

namespace Designer.Nodes.Tests.Models;

/// <summary>What the node hands to a maker of pictures, and what it takes from one. The makers' own protocols have their tests beside them.</summary>
public sealed class ImageNodeTests
{
    private static readonly byte[] Png = SentImagesTests.Png;
    private static readonly byte[] Film = [0, 0, 0, 24, .. "ftypmp42"u8, 0, 0, 0, 0];

    private sealed class Painter(params PictureUpdate[] updates) : IPictureMaker
    {
        public PictureRequest? Asked { get; private set; }
        /// <summary>It goes on when this completes.</summary>
        public Task Pause { get; init; } = Task.CompletedTask;
        public bool IsEndless { get; init; }
        public ModelConnection Connection => throw new NotSupportedException();

        public async IAsyncEnumerable<PictureUpdate> MakeAsync(PictureRequest request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            Asked = request;
            foreach (PictureUpdate update in updates)
            {
                yield return update;
                if (update is PictureUpdate.Preview) await Pause.WaitAsync(cancellation);
            }
            if (IsEndless) await Task.Delay(Timeout.Infinite, cancellation);
        }
    }

    private static PictureUpdate.Result Result(string name, byte[] content) => new(name, new MemoryStream(content));

    private static TestFlow With(Painter painter)
    {
        TestFlow flow = new();
        flow.Models.Others["painter"] = (ModelCapabilities.MakeImage, painter);
        return flow;
    }

    [Fact]
    public async Task Results_are_files_of_the_run_under_clean_names_with_what_they_cost()
    {
        Painter painter = new(new PictureUpdate.Used(10, 100), Result("../../etc/film.mp4", Film), Result("a\u202Egnp.exe", Png));
        using TestFlow flow = With(painter);
        TestRun run = await flow.RunNodeAsync("models.image", new { model = "painter", prompt = "A {{ start.what }}", count = 2, size = "1024 x 768" }, new { what = "cat" }, "what");
        Assert.Equal(("A cat", 2, new System.Drawing.Size(1024, 768)), (painter.Asked!.Prompt, painter.Asked.Count, painter.Asked.Size!.Value));
        FileRef[] files = run.Outputs().GetProperty("files").Deserialize<FileRef[]>(FlowJson.Options)!;
        Assert.Equal([("film.mp4", "video/mp4"), ("agnp.exe", "image/png")], files.Select(f => (f.Name, f.MediaType)));
        Assert.Equal(files[1].Id, run.Outputs().GetProperty("image").GetProperty("id").GetString());
        Assert.True(await flow.Blobs.IsKeptAsync(TestFlow.Workspace, files[0].Id, run.Row.Id, default));
        Assert.Equal(new Usage(10, 100, 10 / 1_000_000m, 1), run.Row.Usage);
        CallTrace call = Assert.Single(run.Events.SelectMany(e => e.Data?.Calls ?? []));
        Assert.Equal(("painter", 100L, null), (call.Model, call.OutputTokens, call.Error));
    }

    [Fact]
    public async Task Inputs_keep_their_types_and_files_go_along_as_what_their_bytes_are()
    {
        Painter painter = new(Result("x.png", Png));
        using TestFlow flow = With(painter);
        FileRef photo = await flow.UploadAsync("cat.png", Png);
        object[] rows = [new { input = "3.seed", value = "{{ start.seed }}" }, new { input = "6.text", value = "a {{ start.seed }}" }, new { input = "10.image", value = "{{ start.photo }}" }, new { input = " ", value = "" }];
        await flow.RunNodeAsync("models.image", new { model = "painter", workflow = """{"a":"{{ not.a.reference }}"}""", inputs = rows, images = "{{ start.photo }}" }, new { seed = 5, photo }, "seed,photo:image");
        Assert.Equal("""{"a":"{{ not.a.reference }}"}""", painter.Asked!.Workflow);
        Assert.Equal(["3.seed", "6.text", "10.image"], painter.Asked.Inputs.Select(i => i.Key));
        Assert.Equal(["5", "\"a 5\""], painter.Asked.Inputs.Take(2).Select(i => ((JsonElement)i.Value!).GetRawText()));
        Microsoft.Extensions.AI.DataContent file = Assert.IsType<Microsoft.Extensions.AI.DataContent>(painter.Asked.Inputs[2].Value);
        Assert.Equal("image/png", file.MediaType);
        Assert.Equal(Png, file.Data.ToArray());
        Assert.Equal(Png, Assert.Single(painter.Asked.Images).Data.ToArray());
    }

    [Fact]
    public async Task Progress_and_previews_reach_who_watches_and_are_not_recorded()
    {
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Painter painter = new(new PictureUpdate.Progress("Draw: 1 of 2"), new PictureUpdate.Preview("image/png", Png), Result("x.png", Png)) { Pause = seen.Task };
        using TestFlow flow = With(painter);
        FlowVersion version = flow.Version("""
            { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-000000000009", "name": "Test", "mode": "task",
              "nodes": [ { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [] } },
                { "id": "node", "type": "models.image", "typeVersion": 1, "name": "Node", "position": { "x": 280, "y": 0 }, "settings": { "model": "painter" } } ],
              "edges": [ { "id": "e1", "from": "start:out", "to": "node:in" } ], "slots": {}, "notes": [] }
            """);
        StartedRun started = await flow.Engine.StartAsync(version, JsonElement.Parse("{}"), RunOptions.Default, TestContext.Current.CancellationToken);
        List<RunEvent> events = [];
        await foreach (RunEvent e in flow.Engine.WatchAsync(started.Id, 1, TestContext.Current.CancellationToken))
        {
            events.Add(e);
            if (e.Data?.Preview is not null) seen.TrySetResult();
        }
        RunEvent shown = Assert.Single(events, e => e.Data?.Preview is not null);
        Assert.Equal((RunEventType.StepProgress, 0L, "Draw: 1 of 2", "data:image/png;base64," + Convert.ToBase64String(Png)), (shown.Type, shown.Seq, shown.Data!.Message, shown.Data.Preview));
        Assert.DoesNotContain((await flow.ReadAsync(started.Id)).Events, e => e.Data?.Preview is not null);
    }

    [Fact]
    public async Task What_is_no_picture_film_or_sound_is_not_handed_on()
    {
        Assert.Equal("model.badResponse", (await RunAsync(Result("cat.png", "<html><script>alert(1)</script>"u8.ToArray()))).Error.Code);
        Assert.Equal("file.type", (await RunAsync(Result("cat.png", "MZ\u0001\u0002"u8.ToArray()))).Error.Code);
        Assert.Equal("file.empty", (await RunAsync(Result("cat.png", []))).Error.Code);
        Assert.Equal("file.tooLarge", (await RunAsync(Result("cat.png", [.. Png, .. new byte[new FileLimits().MostBytes]]))).Error.Code);

        static async Task<TestRun> RunAsync(PictureUpdate update)
        {
            using TestFlow flow = With(new Painter(update));
            return await flow.RunNodeAsync("models.image", new { model = "painter" });
        }
    }

    [Fact]
    public async Task What_is_wrong_with_the_settings_is_said_in_words()
    {
        Painter painter = new(Result("x.png", Png));
        using TestFlow flow = With(painter);
        FileRef text = await flow.UploadAsync("notes.txt", "no picture"u8.ToArray());
        Assert.Equal("model.imageSize", (await flow.RunNodeAsync("models.image", new { model = "painter", size = "large" })).Error.Code);
        Assert.Equal("model.imageSize", (await flow.RunNodeAsync("models.image", new { model = "painter", size = "0x99999999" })).Error.Code);
        Assert.Equal("model.noImage", (await flow.RunNodeAsync("models.image", new { model = "painter", inputs = new[] { new { input = "1.image", value = "{{ start.f }}" } } }, new { f = text }, "f:file")).Error.Code);
        Assert.Equal(ModelErrorCodes.Unknown, (await flow.RunNodeAsync("models.image", new { model = "nobody" })).Error.Code);
        Assert.Null(painter.Asked);
    }

    [Fact]
    public async Task A_time_limit_ends_it()
    {
        using TestFlow flow = With(new Painter { IsEndless = true });
        TestRun run = await flow.RunNodeAsync("models.image", new { model = "painter", timeout = "50ms" });
        Assert.Equal("model.timeout", run.Error.Code);
        Assert.Equal("It was stopped.", Assert.Single(run.Events.SelectMany(e => e.Data?.Calls ?? [])).Error);
    }

    private sealed class Failing(params PictureUpdate[] before) : IPictureMaker
    {
        public ModelConnection Connection => throw new NotSupportedException();

        public async IAsyncEnumerable<PictureUpdate> MakeAsync(PictureRequest request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            foreach (PictureUpdate update in before) yield return update;
            await Task.Yield();
            throw new ModelException(ModelErrorCodes.Unavailable, "Out of paint.");
        }
    }

    [Theory]
    [InlineData(false, "spare")]
    [InlineData(true, "painter")]
    public async Task A_fallback_paints_where_the_first_failed_before_there_was_a_picture(bool hasPainted, string by)
    {
        using TestFlow flow = new(new ScriptedModels { Fallback = "spare" });
        flow.Models.Others["painter"] = (ModelCapabilities.MakeImage, new Failing(hasPainted ? Result("half.png", Png) : new PictureUpdate.Progress("Draw: 1 of 2")));
        flow.Models.Others["spare"] = (ModelCapabilities.MakeImage, new Painter(Result("x.png", Png)));
        TestRun run = await flow.RunNodeAsync("models.image", new { model = "painter", prompt = "A cat" }, new { }, "");
        CallTrace call = Assert.Single(run.Events.SelectMany(e => e.Data?.Calls ?? []));
        Assert.Equal((by, hasPainted ? null : "painter", hasPainted ? "Out of paint." : null), (call.Model, call.InsteadOf, call.Error));
        Assert.Equal(hasPainted, run.Row.Error is not null);
    }
}
