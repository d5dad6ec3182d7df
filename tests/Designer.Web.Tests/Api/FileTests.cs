using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Api;

/// <summary>Files over HTTP: uploaded with a key, given to a run, taken out again; and what is refused.</summary>
public sealed class FileTests(FileTests.Shared shared) : IClassFixture<FileTests.Shared>
{
    private const int MostBytes = 2 * 1024 * 1024;
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    public sealed class Shared : IAsyncLifetime
    {
        public ApiApp Api { get; private set; } = null!;
        public Published Reading { get; private set; } = null!;
        public Published Other { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Api = await ApiApp.StartAsync(services => services.AddSingleton(new FileLimits { MostBytes = MostBytes }));
            Reading = await Api.PublishAsync(ReadingFlow());
            Other = await Api.PublishAsync(ApiFlows.Echo());
        }

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }

    private ApiApp Api => shared.Api;

    [Fact]
    public async Task A_file_is_uploaded_read_by_a_flow_and_downloaded_from_its_run()
    {
        ByteArrayContent bytes = new("# Hello"u8.ToArray());
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        FileRef file = await UploadedAsync(bytes, "?name=notes.md");
        Assert.Equal(("notes.md", "text/markdown", 7L), (file.Name, file.MediaType, file.Size));

        ApiAnswer run = await Api.SendAsync(HttpMethod.Post, shared.Reading.Runs, shared.Reading.Key, Json(new { input = new { document = file } }));
        Assert.True(run.Status == HttpStatusCode.OK, run.Text);
        Assert.Equal("notes.md: # Hello", run.Json.GetProperty("output").GetProperty("text").GetString());

        using HttpResponseMessage download = await GetAsync($"/api/v1/runs/{run.Json.GetProperty("runId").GetString()}/files/{file.Id}", shared.Reading.Key);
        Assert.Equal("# Hello", await download.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("application/octet-stream", download.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", download.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("notes.md", download.Content.Headers.ContentDisposition?.FileNameStar ?? download.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("nosniff", download.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("default-src 'none'; sandbox", download.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forms_file_is_taken_too_and_its_path_is_none()
    {
        using MultipartFormDataContent form = new() { { new StringContent("x"), "note" } };
        ByteArrayContent part = new(Png);
        part.Headers.ContentType = new MediaTypeHeaderValue("text/html");
        form.Add(part, "file", "..\\..\\Fotos\\Städte 上海.png");
        FileRef file = await UploadedAsync(form);
        Assert.Equal(("Städte 上海.png", "image/png", 11L), (file.Name, file.MediaType, file.Size));
    }

    [Theory]
    [InlineData("<html><script>alert(document.cookie)</script></html>", "x.html")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.svg")]
    [InlineData("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "x.xml")]
    public async Task What_a_browser_would_run_is_plain_text(string content, string name) =>
        Assert.Equal("text/plain", (await UploadedAsync(new ByteArrayContent(Encoding.UTF8.GetBytes(content)), $"?name={name}")).MediaType);

    [Fact]
    public async Task What_is_not_taken_is_a_problem()
    {
        Assert.Equal("file.tooLarge", await RefusalAsync(HttpStatusCode.RequestEntityTooLarge, new ByteArrayContent(new byte[MostBytes + 200_000])));
        Assert.Equal("file.tooLarge", await RefusalAsync(HttpStatusCode.RequestEntityTooLarge, new StreamContent(new UnknownLength([.. Enumerable.Repeat((byte)'a', MostBytes + 1000)]))));
        Assert.Equal("file.type", await RefusalAsync(HttpStatusCode.UnsupportedMediaType, new ByteArrayContent("MZ\u0001\u0002"u8.ToArray()), "?name=photo.png"));
        Assert.Equal("file.type", await RefusalAsync(HttpStatusCode.UnsupportedMediaType, new ByteArrayContent("PK\u0003\u0004bomb"u8.ToArray()), "?name=bomb.zip"));
        Assert.Equal("file.empty", await RefusalAsync(HttpStatusCode.BadRequest, new ByteArrayContent([])));
        StringContent broken = new("no form", Encoding.UTF8);
        broken.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        Assert.Equal("body.unreadable", await RefusalAsync(HttpStatusCode.BadRequest, broken));
        using MultipartFormDataContent without = new() { { new StringContent("x"), "note" } };
        Assert.Equal("body.unreadable", await RefusalAsync(HttpStatusCode.BadRequest, without));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Api.SendAsync(HttpMethod.Post, "/api/v1/files", null, new ByteArrayContent(Png))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Api.SendAsync(HttpMethod.Post, "/api/v1/files", "dk_wrong", new ByteArrayContent(Png))).Status);
    }

    [Fact]
    public async Task Only_the_runs_own_flow_hands_out_its_files_and_only_what_went_in_or_came_out()
    {
        FileRef file = await UploadedAsync(new ByteArrayContent("mine"u8.ToArray()), "?name=a.txt"), unused = await UploadedAsync(new ByteArrayContent("unused"u8.ToArray()), "?name=b.txt");
        ApiAnswer run = await Api.SendAsync(HttpMethod.Post, shared.Reading.Runs, shared.Reading.Key, Json(new { input = new { document = file, ignored = unused } }));
        string id = run.Json.GetProperty("runId").GetString()!;

        foreach ((string url, string key) in new[]
        {
            ($"/api/v1/runs/{id}/files/{file.Id}", shared.Other.Key), ($"/api/v1/runs/{id}/files/{unused.Id}", shared.Reading.Key), ($"/api/v1/runs/{id}/files/..%2Fsalt", shared.Reading.Key),
            ($"/api/v1/runs/{id}/files/{new string('0', 64)}", shared.Reading.Key), ($"/api/v1/runs/{Guid.NewGuid()}/files/{file.Id}", shared.Reading.Key),
        })
        {
            using HttpResponseMessage refused = await GetAsync(url, key);
            Assert.True(refused.StatusCode == HttpStatusCode.NotFound, url);
        }
    }

    [Fact]
    public async Task Another_workspaces_file_is_unknown()
    {
        FileRef theirs = await Api.Get<FlowFiles>().AddAsync(Guid.NewGuid(), "a.txt", new MemoryStream("theirs"u8.ToArray()), null, TestContext.Current.CancellationToken);
        ApiAnswer run = await Api.SendAsync(HttpMethod.Post, shared.Reading.Runs, shared.Reading.Key, Json(new { input = new { document = theirs } }));
        Assert.Equal(HttpStatusCode.BadRequest, run.Status);
        Assert.Equal("input.invalid", run.Json.GetProperty("code").GetString());
        Assert.DoesNotContain("theirs", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_without_room_takes_no_further_file_and_says_what_is_used()
    {
        await using ApiApp small = await ApiApp.StartAsync(services => services.AddSingleton(new FileLimits { MostPerWorkspace = 1_000_000 }));
        Published reading = await small.PublishAsync(ReadingFlow());
        Task<ApiAnswer> UploadAsync(char letter, int bytes) => small.SendAsync(HttpMethod.Post, "/api/v1/files?name=a.txt", reading.Key, new ByteArrayContent(Encoding.ASCII.GetBytes(new string(letter, bytes))));

        Assert.Equal(HttpStatusCode.Created, (await UploadAsync('a', 700_000)).Status);
        ApiAnswer refused = await UploadAsync('b', 700_000);
        refused.IsProblem(HttpStatusCode.InsufficientStorage, "file.quota");
        Assert.Contains("“a.txt” does not fit: the workspace may have 1,000,000 bytes", refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await UploadAsync('c', 100_000)).Status);

        TestBrowser owner = await small.App.SignInAsync(small.App.Owner.Email);
        string settings = await owner.PageAsync("/settings");
        Assert.Contains("value=\"800000\"", settings, StringComparison.Ordinal);
        Assert.Contains("of 977 KB used", settings, StringComparison.Ordinal);
        using HttpResponseMessage member = await owner.SendAsync(HttpMethod.Post, "/api/editor/files?name=d.txt", new ByteArrayContent(new byte[700_000].Select(_ => (byte)'d').ToArray()));
        Assert.Equal(HttpStatusCode.InsufficientStorage, member.StatusCode);
    }

    [Fact]
    public async Task A_large_answer_comes_whole_to_the_caller_and_after_the_run_too()
    {
        string text = new('ü', 200_000);
        FileRef file = await UploadedAsync(new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "?name=long.txt");
        ApiAnswer run = await Api.SendAsync(HttpMethod.Post, shared.Reading.Runs, shared.Reading.Key, Json(new { input = new { document = file } }));
        Assert.Equal($"long.txt: {text}", run.Json.GetProperty("output").GetProperty("text").GetString());
        ApiAnswer events = await Api.SendAsync(HttpMethod.Get, $"/api/v1/runs/{run.Json.GetProperty("runId").GetString()}/events", shared.Reading.Key);
        Assert.Contains(text, events.Text, StringComparison.Ordinal);

        // The log itself holds a reference.
        Guid id = run.Json.GetProperty("runId").GetGuid();
        List<RunEvent> log = await Api.Get<IRunLog>().ReadAsync(id, 1, TestContext.Current.CancellationToken).ToListAsync();
        Assert.NotNull(log.Single(e => e is { Type: RunEventType.StepCompleted, Step: "read" }).Data!.Large?.Outputs?.Id);
        // So does the run's row; whoever asks for the run gets it whole.
        Assert.NotNull((await Api.Get<IRunLog>().FindAsync(id, TestContext.Current.CancellationToken))!.Large?.Output?.Id);
        ApiAnswer found = await Api.GetAsync($"/api/v1/runs/{id}", shared.Reading.Key);
        Assert.Equal($"long.txt: {text}", found.Json.GetProperty("output").GetProperty("text").GetString());
        // A page shows the beginning and where the whole is; another run beside it is compared with the whole.
        TestBrowser owner = await Api.App.SignInAsync(Api.App.Owner.Email);
        string page = await owner.PageAsync($"/runs/{id}");
        Assert.InRange(page.Length, 1, 200_000);
        Assert.Contains($"/api/editor/runs/{id}/output", page, StringComparison.Ordinal);
        using HttpResponseMessage whole = await owner.GetAsync($"/api/editor/runs/{id}/output");
        Assert.Equal($"long.txt: {text}", JsonElement.Parse(await whole.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("text").GetString());
        Assert.Equal("attachment", whole.Content.Headers.ContentDisposition?.DispositionType);
        using HttpResponseMessage unknown = await owner.GetAsync($"/api/editor/runs/{Guid.NewGuid()}/output");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains(text[..1_000], WebUtility.HtmlDecode(await owner.PageAsync($"/runs/compare?a={id}&b={id}")), StringComparison.Ordinal);
    }

    private async Task<FileRef> UploadedAsync(HttpContent content, string query = "")
    {
        ApiAnswer answer = await Api.SendAsync(HttpMethod.Post, "/api/v1/files" + query, shared.Reading.Key, content);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{answer.Status}: {answer.Text}");
        return answer.Json.Deserialize<FileRef>(FlowJson.Options)!;
    }

    private async Task<string?> RefusalAsync(HttpStatusCode status, HttpContent content, string query = "?name=a.txt")
    {
        ApiAnswer answer = await Api.SendAsync(HttpMethod.Post, "/api/v1/files" + query, shared.Reading.Key, content);
        Assert.True(answer.Status == status, $"{answer.Status}: {answer.Text}");
        return answer.Json.GetProperty("code").GetString();
    }

    private async Task<HttpResponseMessage> GetAsync(string url, string key)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        return await Api.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static StringContent Json(object body) => new(JsonSerializer.Serialize(body, FlowJson.Options), Encoding.UTF8, "application/json");

    internal static FlowDocument ReadingFlow() => FlowJson.Read(Encoding.UTF8.GetBytes($$"""
        { "schema": "designer.flow/1", "id": "{{Guid.CreateVersion7()}}", "name": "Read it {{Guid.NewGuid():N}}", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "document", "type": "file", "required": true } ] } },
          { "id": "read", "type": "data.readFile", "typeVersion": 1, "name": "Read", "position": { "x": 280, "y": 0 }, "settings": { "file": "{{"{{ start.document }}"}}" } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "{{"{{ read.name }}: {{ read.text }}"}}" } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "read:in" }, { "id": "e2", "from": "read:out", "to": "answer:in" } ] }
        """));

    /// <summary>Sent in chunks, without Content-Length.</summary>
    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
