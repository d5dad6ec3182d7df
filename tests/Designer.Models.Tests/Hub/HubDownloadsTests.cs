using Designer.Engine;
using Designer.Models.Connections;
using Designer.Models.Hub;
using Designer.Models.Kinds;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Tests.Onnx;
using Designer.Models.Tests.OpenAi;

namespace Designer.Models.Tests.Hub;

/// <summary>Models are downloaded from a hub that may be cut, lie or attack.</summary>
public sealed class HubDownloadsTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly string _home = Directory.CreateTempSubdirectory("designer-hub-").FullName;
    private readonly Secrets _secrets = new();
    private readonly MemoryStore _store = new();
    private readonly List<IDisposable> _opened = [];
    private ScriptedHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = (await ScriptedHub.StartAsync()).Serve(Repository.Model("stories260k"), "config.json", "tokenizer.model", "LICENSE", "model.onnx->onnx/model.onnx", "model_gqa.onnx->onnx/model_gqa.onnx");

    [Fact]
    public async Task A_model_is_looked_up_downloaded_checked_and_answers()
    {
        var downloads = Open();
        var model = await FindAsync(downloads);
        Assert.Equal("mit", model.Licence);
        Assert.Equal(["full", "gqa"], HubVariant.Of(model).Select(v => v.Label));

        var saved = await DownloadAsync(downloads, model, "gqa");

        Assert.Equal("tests--story--gqa/onnx/model_gqa.onnx", saved.Model);
        Assert.True(saved.Capabilities.HasFlag(ModelCapabilities.Chat));
        Assert.Equal(_hub.Files["onnx/model_gqa.onnx"], await File.ReadAllBytesAsync(Path.Combine(_home, saved.Model)));
        Assert.True(File.Exists(Path.Combine(_home, "tests--story--gqa", "LICENSE")));
        Assert.False(File.Exists(Path.Combine(_home, "tests--story--gqa", "onnx", "model.onnx")));
        Assert.Empty(downloads.List(TestModels.Workspace));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_home, ".partial")));
    }

    [Fact]
    public async Task OCR_in_many_folders_becomes_one_model_that_reads()
    {
        _hub.Files.Clear();
        _hub.Serve(Repository.Model("pp-ocr-v4"), "LICENSE-Apache-2.0", "ch_PP-OCRv4_det_infer.onnx->detection/v4/inference.onnx", "ch_PP-OCRv4_rec_infer.onnx->recognition/chinese/inference.onnx", "ppocr_keys_v1.txt->recognition/chinese/dict.txt");
        var downloads = Open();
        var model = await FindAsync(downloads);

        var saved = await DownloadAsync(downloads, model, "ocr");
        var again = await DownloadAsync(downloads, model, "ocr", "again");

        Assert.Equal(("tests--story--ocr", "tests--story--ocr", ModelCapabilities.ReadImage), (saved.Model, again.Model, saved.Capabilities));
        using var models = OnnxRegistry.Create(home: _home);
        var lines = await models.Registry.CreateOther<IImageReader>(saved).ReadAsync(await File.ReadAllBytesAsync(Path.Combine(Repository.Model("pp-ocr-v4"), "sample-page.png")), default);
        Assert.Equal("Invoice 2026-0117", lines[0].Text);
    }

    [Fact]
    public async Task The_same_files_are_not_downloaded_twice()
    {
        var downloads = Open();
        var model = await FindAsync(downloads);
        var first = await DownloadAsync(downloads, model, "full");
        var asked = _hub.Requests.Count;
        var second = await DownloadAsync(downloads, model, "full", "again");
        Assert.Equal(first.Model, second.Model);
        Assert.Equal(asked, _hub.Requests.Count);
    }

    [Fact]
    public async Task A_cut_download_goes_on_where_it_was()
    {
        _hub.CutOnce("onnx/model.onnx", after: 700_000);
        var downloads = Open();
        var saved = await DownloadAsync(downloads, await FindAsync(downloads), "full");
        Assert.Equal(_hub.Files["onnx/model.onnx"], await File.ReadAllBytesAsync(Path.Combine(_home, saved.Model)));
        var rest = Assert.Single(_hub.Requests, r => r is { IsAtHub: false, Range: not null });
        Assert.Matches("^bytes=[1-9][0-9]*-$", rest.Range);
        Assert.Equal(ScriptedHub.TagOf(_hub.Files["onnx/model.onnx"]), rest.IfRange);
    }

    [Fact]
    public async Task A_paused_download_goes_on_in_the_next_process()
    {
        var release = new TaskCompletionSource();
        _hub.HoldAfter("onnx/model.onnx", 500_000, release.Task);
        var first = Open();
        var variant = await VariantAsync(first, "full");
        var download = await first.StartAsync(TestModels.Workspace, variant.Model, variant.Variant, "story", null, default);
        await UntilPartAsync(download.Id, 400_000);
        await first.PauseAsync(TestModels.Workspace, download.Id);
        Assert.Equal(HubState.Paused, Assert.Single(first.List(TestModels.Workspace)).State);
        release.SetResult();

        var next = Open();
        next.TakeUp();
        Assert.Equal(HubState.Paused, Assert.Single(next.List(TestModels.Workspace)).State);
        Assert.Empty(next.List(Guid.NewGuid()));
        next.Resume(Guid.NewGuid(), download.Id);
        Assert.Equal(HubState.Paused, Assert.Single(next.List(TestModels.Workspace)).State);
        next.Resume(TestModels.Workspace, download.Id);
        Assert.Equal("story", (await next.WaitAsync(download.Id).WaitAsync(s_patience)).Name);
        Assert.Contains(_hub.Requests, r => r.Range is not null);
    }

    [Fact]
    public async Task What_a_process_left_under_way_is_taken_up_by_the_next_one()
    {
        var release = new TaskCompletionSource();
        _hub.HoldAfter("onnx/model.onnx", 500_000, release.Task);
        var first = Open();
        var variant = await VariantAsync(first, "full");
        var download = await first.StartAsync(TestModels.Workspace, variant.Model, variant.Variant, "story", null, default);
        await UntilPartAsync(download.Id, 400_000);
        var beside = Open();
        beside.TakeUp();
        Assert.Empty(beside.List(TestModels.Workspace));
        await Assert.ThrowsAsync<ModelException>(() => beside.StartAsync(TestModels.Workspace, variant.Model, variant.Variant, "story", null, default));
        await first.StopAsync();
        release.SetResult();

        var next = Open();
        next.TakeUp();
        await next.WaitAsync(download.Id).WaitAsync(s_patience);
        Assert.NotNull(await _store.FindAsync(TestModels.Workspace, "story", default));
    }

    [Fact]
    public async Task A_cancelled_download_leaves_nothing()
    {
        _hub.HoldAfter("onnx/model.onnx", 500_000, new TaskCompletionSource().Task);
        var downloads = Open();
        var variant = await VariantAsync(downloads, "full");
        var download = await downloads.StartAsync(TestModels.Workspace, variant.Model, variant.Variant, "story", null, default);
        await UntilPartAsync(download.Id, 400_000);
        await downloads.CancelAsync(TestModels.Workspace, download.Id);
        Assert.Empty(downloads.List(TestModels.Workspace));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_home, ".partial")));
    }

    [Theory]
    [InlineData("onnx/model.onnx")]
    [InlineData("config.json")]
    public async Task A_file_with_a_wrong_checksum_is_deleted(string file)
    {
        _hub.Instead = async (context, path) =>
        {
            if (path != file) return false;
            byte[] other = [.. _hub.Files[path]];
            other[^1] ^= 1;
            await context.Response.Body.WriteAsync(other);
            return true;
        };
        var failed = await FailAsync("hub.damaged");
        Assert.Contains("does not match its checksum", failed.Message);
        Assert.DoesNotContain(Directory.EnumerateFiles(_home, "*", SearchOption.AllDirectories), f => f.Contains(Path.GetFileName(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_damaged_here_between_two_processes_is_fetched_anew()
    {
        var release = new TaskCompletionSource();
        _hub.HoldAfter("onnx/model.onnx", 500_000, release.Task);
        var first = Open();
        var variant = await VariantAsync(first, "full");
        var download = await first.StartAsync(TestModels.Workspace, variant.Model, variant.Variant, "story", null, default);
        await UntilPartAsync(download.Id, 400_000);
        await first.StopAsync();
        release.SetResult();
        await using (FileStream part = File.OpenWrite(Part(download.Id))) part.WriteByte(77);

        var next = Open();
        next.TakeUp();
        var saved = await next.WaitAsync(download.Id).WaitAsync(s_patience);
        Assert.Equal(_hub.Files["onnx/model.onnx"], await File.ReadAllBytesAsync(Path.Combine(_home, saved.Model)));
    }

    [Fact]
    public async Task A_body_without_an_end_is_read_no_further_than_was_said()
    {
        _hub.Instead = async (context, path) =>
        {
            if (path != "config.json") return false;
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(new byte[4096], context.RequestAborted);
            return true;
        };
        Assert.Contains("sends more", (await FailAsync("hub.refused")).Message);
    }

    [Fact]
    public async Task Another_size_than_listed_packed_bytes_and_another_part_are_refused()
    {
        _hub.Instead = async (context, path) => path == "config.json" && await SendAsync(context, "short");
        Assert.Contains("another size", (await FailAsync("hub.refused")).Message);
        _hub.Instead = async (context, path) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return path == "config.json" && await SendAsync(context, "bomb");
        };
        Assert.Contains("packed", (await FailAsync("hub.refused")).Message);
        _hub.Instead = async (context, path) =>
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = "bytes 5-9/10";
            return path == "config.json" && await SendAsync(context, "other");
        };
        Assert.Contains("another part", (await FailAsync("hub.refused")).Message);
    }

    [Theory]
    [InlineData("../../evil.onnx")]
    [InlineData("/etc/evil.onnx")]
    [InlineData("a/./b.onnx")]
    [InlineData("a\\..\\b.onnx")]
    [InlineData("nul.json")]
    [InlineData("a\u202eb.onnx")]
    [InlineData("CONFIG.json")]
    public async Task A_file_name_that_leads_out_or_twice_to_one_place_refuses_the_model(string name)
    {
        _hub.Files[name] = [1, 2, 3];
        var refused = await Assert.ThrowsAsync<ModelException>(() => FindAsync(Open()));
        Assert.Equal("hub.refused", refused.Code);
        Assert.DoesNotContain('\u202e', refused.Message);
    }

    [Fact]
    public async Task Too_little_room_is_said_before_anything_is_asked_for()
    {
        _hub.Listing = list => list["siblings"]!.AsArray().First(f => (string?)f!["rfilename"] == "onnx/model.onnx")!["lfs"]!["size"] = 1L << 55;
        Assert.Contains("too little room", (await FailAsync("hub.diskFull")).Message);
        Assert.DoesNotContain(_hub.Requests, r => r.Path.Contains("resolve", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gated_model_wants_a_token_which_goes_to_the_hub_and_no_further()
    {
        _hub.Token = "hf_the-right-one";
        Assert.Contains("accepted its terms", (await FailAsync("hub.gated")).Message);
        _secrets.Token = "hf_a-wrong-one";
        Assert.Contains("refuses this token", (await FailAsync("hub.gated", "hub")).Message);
        Assert.Contains("no credential 'other'", (await FailAsync("hub.gated", "other")).Message);
        _secrets.Token = "hf_the-right-one";
        var downloads = Open();
        await DownloadAsync(downloads, await FindAsync(downloads, "hub"), "full", credential: "hub");
        Assert.Contains(_hub.Requests, r => r.IsAtHub && r.Authorization == "Bearer hf_the-right-one");
        Assert.Contains(_hub.Requests, r => !r.IsAtHub);
        Assert.All(_hub.Requests.Where(r => !r.IsAtHub), r => Assert.Null(r.Authorization));
        Assert.DoesNotContain(Directory.EnumerateFiles(_home, "*", SearchOption.AllDirectories), f => File.ReadAllText(f).Contains("hf_the-right-one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_hub_sends_nobody_into_the_own_network_or_in_circles()
    {
        _hub.RedirectTo = _ => "http://localhost:1/secret";
        Assert.Contains("a loopback address", (await FailAsync("hub.refused")).Message);
        _hub.RedirectTo = _ => "file:///etc/passwd";
        Assert.Contains("not safe", (await FailAsync("hub.refused")).Message);
        _hub.RedirectTo = file => $"/{ScriptedHub.Id}/resolve/{ScriptedHub.Commit}/{file}";
        Assert.Contains("from place to place", (await FailAsync("hub.refused")).Message);
    }

    [Fact]
    public async Task Without_internet_the_way_over_a_folder_is_shown()
    {
        await _hub.DisposeAsync();
        var failed = await Assert.ThrowsAsync<ModelException>(() => FindAsync(Open()));
        Assert.Equal("hub.unreachable", failed.Code);
        Assert.Contains($"copy the model's folder (config.json, tokenizer.json and its .onnx file) from another machine into {_home}", failed.Message);
    }

    [Fact]
    public async Task What_is_no_model_is_not_added()
    {
        _hub.Files["onnx/model.onnx"] = new byte[2000];
        Assert.Contains("ONNX graph", (await FailAsync(ModelErrorCodes.BadFolder)).Message);
        Assert.Empty(await _store.ListAsync(TestModels.Workspace, default));
    }

    [Fact]
    public async Task A_page_that_is_no_hub_and_an_unknown_model_are_told_apart()
    {
        _hub.Listing = list => list.Remove("siblings");
        Assert.Equal("hub.refused", (await Assert.ThrowsAsync<ModelException>(() => FindAsync(Open()))).Code);
        Assert.Equal("hub.unknown", (await Assert.ThrowsAsync<ModelException>(() => Open().FindAsync(TestModels.Workspace, "tests/other", null, null, default))).Code);
        Assert.Equal("hub.unknown", (await Assert.ThrowsAsync<ModelException>(() => Open().FindAsync(TestModels.Workspace, "../../api/whoami", null, null, default))).Code);
        Assert.Equal("hub.unknown", (await Assert.ThrowsAsync<ModelException>(() => Open().FindAsync(TestModels.Workspace, ScriptedHub.Id, "../x", null, default))).Code);
    }

    private HubDownloads Open()
    {
        var settings = HubSettings.Read(_hub.Address.AbsoluteUri, _hub.FilesHost) with { RetryDelay = TimeSpan.Zero };
        var client = new HubClient(settings, _home);
        var onnx = new OnnxModels(new ModelPaths(_home, new OnnxSettings()), new OnnxSettings(), TimeProvider.System);
        var downloads = new HubDownloads(client, onnx, _store, _secrets, TimeProvider.System);
        _opened.AddRange([downloads, client, onnx]);
        return downloads;
    }

    private static Task<HubModel> FindAsync(HubDownloads downloads, string? credential = null) => downloads.FindAsync(TestModels.Workspace, ScriptedHub.Id, null, credential, default);

    private static async Task<(HubModel Model, HubVariant Variant)> VariantAsync(HubDownloads downloads, string label)
    {
        var model = await FindAsync(downloads);
        return (model, HubVariant.Of(model).Single(v => v.Label == label));
    }

    private static async Task<ModelConnection> DownloadAsync(HubDownloads downloads, HubModel model, string label, string name = "story", string? credential = null)
    {
        var download = await downloads.StartAsync(TestModels.Workspace, model, HubVariant.Of(model).Single(v => v.Label == label), name, credential, default);
        return await downloads.WaitAsync(download.Id).WaitAsync(s_patience);
    }

    private async Task<StepException> FailAsync(string code, string? credential = null)
    {
        var downloads = Open();
        var failed = await Assert.ThrowsAnyAsync<StepException>(async () => await DownloadAsync(downloads, await FindAsync(downloads, credential), "full", credential: credential));
        Assert.Equal(code, failed.Code);
        foreach (var left in downloads.List(TestModels.Workspace))
        {
            Assert.Equal((HubState.Failed, failed.Message), (left.State, left.Problem));
            // The next scene starts from nothing; what is gone already shows that a part was deleted.
            if (code != "hub.damaged") await downloads.CancelAsync(TestModels.Workspace, left.Id);
        }
        return failed;
    }

    private static async Task<bool> SendAsync(Microsoft.AspNetCore.Http.HttpContext context, string text)
    {
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));
        return true;
    }

    private string Part(Guid id) => Path.Combine(_home, ".partial", id.ToString("N"), "files", "onnx", "model.onnx.part");

    private async Task UntilPartAsync(Guid id, long bytes)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!(new FileInfo(Part(id)) is { Exists: true } part && part.Length >= bytes)) await Task.Delay(10, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened) if (opened is HubDownloads downloads) await downloads.StopAsync();
        foreach (var opened in _opened) opened.Dispose();
        await _hub.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    private sealed class Secrets : ISecrets
    {
        public string? Token { get; set; }

        public ValueTask<string?> FindAsync(Guid workspaceId, string credential, CancellationToken cancellation) => ValueTask.FromResult(workspaceId == TestModels.Workspace && credential == "hub" ? Token : null);
    }
}
