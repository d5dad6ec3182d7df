using System.Text;
using Designer.Engine;
using Designer.Flows;
using Designer.Models.Connections;
using Designer.Nodes.Data;
using Microsoft.Extensions.AI;
using Xunit;

namespace Designer.Nodes.Tests.Data;

/// <summary>Files through a flow: into the start node, read as text, named in templates, sent to a model that sees.</summary>
public sealed class FileTests
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    [Fact]
    public async Task The_start_node_hands_on_what_the_bytes_say_and_not_what_the_caller_says()
    {
        using TestFlow flow = new();
        FileRef file = await flow.UploadAsync("notes.md", "# Notes"u8.ToArray());
        TestRun run = await flow.RunNodeAsync("data.template", new { text = "{{ start.f }} {{ start.f.mediaType }} {{ start.f.size }} {{ start.l.first.name }}" },
            new { f = new { id = file.Id, name = "../../evil.html", mediaType = "text/html", size = 9_999_999 }, l = new[] { new { id = file.Id } } }, "f:file,l:array<file>");
        Assert.Equal("evil.html text/plain 7 file", run.Outputs().GetProperty("text").GetString());
        Assert.True(await flow.Blobs.IsKeptAsync(TestFlow.Workspace, file.Id, run.Row.Id, default));
    }

    [Fact]
    public async Task What_is_no_file_here_or_no_picture_is_a_problem_of_the_input()
    {
        using TestFlow flow = new();
        FileRef text = await flow.UploadAsync("photo.png", "no picture"u8.ToArray());
        Assert.Equal("input.invalid", (await StartAsync(flow, new { f = new { id = new string('0', 64), name = "a" } }, "f:file")).Error.Code);
        Assert.Contains("upload it again", (await StartAsync(flow, new { f = new { id = "../salt", name = "a.txt" } }, "f:file")).Error.Message, StringComparison.Ordinal);
        Assert.Contains("must be a picture", (await StartAsync(flow, new { f = text }, "f:image")).Error.Message, StringComparison.Ordinal);
        Assert.Contains("must be a file", (await StartAsync(flow, new { f = "notes.txt" }, "f:file")).Error.Message, StringComparison.Ordinal);
        Assert.Contains("entry 1 must be a file", (await StartAsync(flow, new { f = new object[] { text, 3 } }, "f:array<file>")).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_file_is_read()
    {
        using TestFlow flow = new();
        FileRef file = await flow.UploadAsync("页.txt", [.. Encoding.UTF8.Preamble, .. "naïve 中文"u8]);
        TestRun run = await flow.RunNodeAsync("data.readFile", new { file = "{{ start.f }}" }, new { f = file }, "f:file");
        Assert.Equal("naïve 中文", run.Outputs().GetProperty("text").GetString());
        Assert.Equal("页.txt", run.Outputs().GetProperty("name").GetString());
        FileRef wide = await flow.UploadAsync("a.txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("wide")]);
        Assert.Equal("wide", (await flow.RunNodeAsync("data.readFile", new { file = "{{ start.f }}" }, new { f = wide }, "f:file")).Outputs().GetProperty("text").GetString());
    }

    [Fact]
    public async Task What_cannot_be_read_as_text_says_why()
    {
        using TestFlow flow = new();
        FileRef picture = await flow.UploadAsync("a.txt", Png), large = await flow.UploadAsync("a.txt", Encoding.ASCII.GetBytes(new string('a', 3000)));
        FileRef broken = await flow.UploadAsync("a.txt", [.. Encoding.ASCII.GetBytes(new string('a', 5000)), 0xC3, 0x28]);
        Assert.Equal("file.noText", (await ReadAsync(flow, picture)).Error.Code);
        Assert.Equal("file.tooLarge", (await ReadAsync(flow, large, most: 2)).Error.Code);
        Assert.Equal("file.noText", (await ReadAsync(flow, broken)).Error.Code);
        FakeStep step = new();
        Assert.Equal("file.missing", (await Assert.ThrowsAsync<StepException>(async () => await new ReadFileNode().RunAsync(new(null), step))).Code);
    }

    [Fact]
    public async Task A_model_that_sees_gets_the_pictures_with_the_last_question()
    {
        using TestFlow flow = new(new ScriptedModels(ModelCapabilities.Chat | ModelCapabilities.Vision));
        flow.Models.Client.Say("A cat.");
        FileRef photo = await flow.UploadAsync("cat.png", Png);
        object[] messages = [new { role = "user", text = "Before." }, new { role = "user", text = "What is it?" }];
        TestRun run = await flow.RunNodeAsync("model.chat", new { model = "scripted", messages, images = "{{ start.photos }}" }, new { photos = new[] { photo, photo } }, "photos:array<image>");
        Assert.Equal("A cat.", run.Outputs().GetProperty("text").GetString());
        IReadOnlyList<ChatMessage> sent = flow.Models.Client.Calls[0].Messages;
        Assert.Equal(["text"], sent[0].Contents.Select(Kind));
        Assert.Equal(["text", "image/png", "image/png"], sent[1].Contents.Select(Kind));
        Assert.Equal(Png, ((DataContent)sent[1].Contents[1]).Data.ToArray());
    }

    [Fact]
    public async Task A_model_that_sees_nothing_and_a_file_that_is_no_picture_are_clear_problems()
    {
        using TestFlow blind = new(), seeing = new(new ScriptedModels(ModelCapabilities.Chat | ModelCapabilities.Vision));
        blind.Models.Client.Say("?");
        seeing.Models.Client.Say("?");
        Assert.Equal("model.noVision", (await AskAsync(blind, await blind.UploadAsync("cat.png", Png))).Error.Code);
        Assert.Equal("model.noImage", (await AskAsync(seeing, await seeing.UploadAsync("cat.png", "no cat"u8.ToArray()))).Error.Code);
        Assert.Equal("model.noImage", (await AskAsync(seeing, "cat.png")).Error.Code);
        Assert.Equal("?", (await AskAsync(blind, null)).Outputs().GetProperty("text").GetString());
        Assert.Empty(seeing.Models.Client.Calls);
    }

    private static Task<TestRun> StartAsync(TestFlow flow, object input, string inputs) => flow.RunNodeAsync("data.template", new { text = "x" }, input, inputs);
    private static Task<TestRun> ReadAsync(TestFlow flow, FileRef file, int most = 1024) => flow.RunNodeAsync("data.readFile", new { file = "{{ start.f }}", mostKilobytes = most }, new { f = file }, "f:file");
    private static Task<TestRun> AskAsync(TestFlow flow, object? images) => flow.RunNodeAsync("model.chat",
        new { model = "scripted", messages = new[] { new { role = "user", text = "What?" } }, images = "{{ start.images }}" }, new { images }, "images");
    private static string Kind(AIContent content) => content is DataContent data ? data.MediaType : "text";
}
