using System.Text;
using Designer.Flows;

namespace Designer.Engine.Tests.Files;

/// <summary>What is taken as a file, what it is then, and what it is called.</summary>
public sealed class FlowFilesTests
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];
    private readonly FlowFiles files = new(new MemoryBlobStore(), new FileLimits { MostBytes = 10_000 });

    [Theory]
    [InlineData("notes.txt", "hello", "text/plain")]
    [InlineData("notes.md", "# hello", "text/markdown")]
    [InlineData("a.CSV", "a,b", "text/csv")]
    [InlineData("a.json", "{}", "application/json")]
    [InlineData("页面.html", "<html><script>alert(1)</script>", "text/plain")]
    [InlineData("logo.svg", "<svg onload='alert(1)'/>", "text/plain")]
    [InlineData("photo.png", "<svg/>", "text/plain")]
    [InlineData("a.pdf", "%PDF-1.7 …", "application/pdf")]
    [InlineData("a.txt", "%PDF-1.7 …", "application/pdf")]
    [InlineData("a.txt", "GIF89a…", "image/gif")]
    public async Task Its_bytes_say_what_it_is(string name, string content, string type) =>
        Assert.Equal(type, (await AddAsync(name, Encoding.UTF8.GetBytes(content))).MediaType);

    [Fact]
    public async Task Binary_kinds_are_known_by_their_marks()
    {
        Assert.Equal("image/png", (await AddAsync("x.exe", Png)).MediaType);
        Assert.Equal("image/jpeg", (await AddAsync("x", [0xFF, 0xD8, 0xFF, 0xE0])).MediaType);
        Assert.Equal("image/webp", (await AddAsync("x", [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8])).MediaType);
        Assert.Equal("audio/wav", (await AddAsync("x", [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVEfmt "u8])).MediaType);
        Assert.Equal("video/mp4", (await AddAsync("x", [0, 0, 0, 24, .. "ftypisom"u8])).MediaType);
        Assert.StartsWith("application/vnd.openxmlformats", (await AddAsync("x.docx", [.. "PK\u0003\u0004"u8, .. "……[Content_Types].xml"u8])).MediaType, StringComparison.Ordinal);
        Assert.Equal("text/plain", (await AddAsync("x.txt", [0xFF, 0xFE, (byte)'a', 0])).MediaType);
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_with_its_reason()
    {
        Assert.Equal("file.empty", await RefusalAsync("a.txt", []));
        Assert.Equal("file.tooLarge", await RefusalAsync("a.txt", Encoding.ASCII.GetBytes(new string('a', 10_001))));
        Assert.Equal("file.type", await RefusalAsync("a.txt", "MZ\u0001\u0000"u8.ToArray()));
        Assert.Equal("file.type", await RefusalAsync("a.txt", "\u007fELF\u0002"u8.ToArray()));
        Assert.Equal("file.type", await RefusalAsync("a.zip", [.. "PK\u0003\u0004"u8, .. "evil"u8]));
        Assert.Equal("file.type", await RefusalAsync("a.docx", [.. "PK\u0003\u0004"u8, .. "evil"u8]));
        Assert.Equal("file.type", await RefusalAsync("a.txt", [0x1F, 0x8B, 8, 0]));
        Assert.Equal("file.type", await RefusalAsync("a.txt", "a\0b"u8.ToArray()));
        Assert.Equal("file.type", await RefusalAsync("a.txt", [0xC3, 0x28, 0x41]));
    }

    [Fact]
    public async Task A_workspace_takes_files_up_to_its_share_also_of_many_at_once_and_others_are_not_hurt()
    {
        MemoryBlobStore blobs = new();
        FlowFiles limited = new(blobs, new FileLimits { MostBytes = 10_000, MostPerWorkspace = 25_000 });
        Guid ours = Guid.NewGuid(), theirs = Guid.NewGuid();
        async Task<string> TryAsync(Guid workspace, char letter)
        {
            try
            {
                await limited.AddAsync(workspace, "a.txt", new MemoryStream(Encoding.ASCII.GetBytes(new string(letter, 9_000))), null, TestContext.Current.CancellationToken);
                return "taken";
            }
            catch (FileRefusedException refused)
            {
                return refused.Code;
            }
        }

        string[] said = await Task.WhenAll("abcdefgh".Select(letter => Task.Run(() => TryAsync(ours, letter))));
        Assert.All(said, one => Assert.Contains(one, (string[])["taken", "file.quota"]));
        Assert.InRange(said.Count(one => one == "taken"), 0, 2);
        while (await TryAsync(ours, (char)('i' + limited.Used(ours) / 9_000)) == "taken") { }
        Assert.Equal(18_000, limited.Used(ours));
        Assert.Equal("file.quota", await TryAsync(ours, 'z'));
        Assert.Equal("taken", await TryAsync(theirs, 'z'));

        await blobs.SweepAsync(DateTimeOffset.MaxValue, (_, _) => new(false), TestContext.Current.CancellationToken);
        Assert.Equal((0, "taken"), (limited.Used(ours), await TryAsync(ours, 'z')));
    }

    [Fact]
    public async Task A_character_that_the_look_cuts_in_two_is_still_text()
    {
        for (int shift = 0; shift < 4; shift++)
            Assert.Equal("text/plain", (await AddAsync("a.txt", Encoding.UTF8.GetBytes(new string('a', shift) + string.Concat(Enumerable.Repeat("😀", 1500))))).MediaType);
    }

    [Theory]
    [InlineData("photo.png", "photo.png")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\Windows\\evil.txt", "evil.txt")]
    [InlineData("a\0b\r\nc.txt", "abc.txt")]
    [InlineData("in\u202Egnp.exe", "ingnp.exe")]
    [InlineData("..", "file")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    [InlineData("\"><img src=x>.png", "___img src=x_.png")]
    [InlineData("年度 报告.pdf", "年度 报告.pdf")]
    public void A_name_is_the_last_part_without_what_hides_or_breaks(string? name, string clean) => Assert.Equal(clean, FileName.Clean(name));

    [Fact]
    public void A_long_name_is_cut_before_its_ending()
    {
        string clean = FileName.Clean(new string('n', 4000) + ".pdf");
        Assert.InRange(clean.Length, 100, 130);
        Assert.EndsWith("….pdf", clean, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_what_its_bytes_say_whoever_finds_it_and_unknown_elsewhere()
    {
        FileRef file = await AddAsync("photo.png", Png);
        Assert.Equal(file, await files.FindAsync(EngineHarness.Workspace, file.Id, "photo.png", default));
        Assert.Equal(file with { Name = "evil.html" }, await files.FindAsync(EngineHarness.Workspace, file.Id, "evil.html", default));
        Assert.Null(await files.FindAsync(Guid.NewGuid(), file.Id, "photo.png", default));
        (FileRef opened, Stream content) = (await files.OpenAsync(EngineHarness.Workspace, file.Id, "photo.png", default))!.Value;
        using MemoryStream bytes = new();
        await content.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        Assert.Equal(file, opened);
        Assert.Equal(Png, bytes.ToArray());
    }

    private async Task<FileRef> AddAsync(string name, byte[] content)
    {
        using MemoryStream stream = new(content);
        return await files.AddAsync(EngineHarness.Workspace, name, stream, null, TestContext.Current.CancellationToken);
    }

    private async Task<string> RefusalAsync(string name, byte[] content) => (await Assert.ThrowsAsync<FileRefusedException>(() => AddAsync(name, content))).Code;

    [Fact]
    public async Task A_content_without_an_end_is_read_no_further_than_the_limit()
    {
        Endless endless = new();
        FileRefusedException refused = await Assert.ThrowsAsync<FileRefusedException>(async () => await files.AddAsync(EngineHarness.Workspace, "a.txt", endless, null, TestContext.Current.CancellationToken));
        Assert.Equal("file.tooLarge", refused.Code);
        Assert.InRange(endless.Given, 10_001, 1_000_000);
    }

    private sealed class Endless : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'a');
            Given += buffer.Length;
            return new(buffer.Length);
        }
    }
}
