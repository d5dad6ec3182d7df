using System.Text;

namespace Designer.Knowledge.Tests.Documents;

public sealed class RefusalTests : IDisposable
{
    private readonly TestKnowledge _knowledge = new(options => options.MaxDocumentBytes = 10_000);

    public static TheoryData<byte[], string> Refused => new()
    {
        { [], KnowledgeException.Empty },
        { [.. " \n\t"u8], KnowledgeException.Empty },
        { [0xEF, 0xBB, 0xBF], KnowledgeException.Empty },
        { [.. "%PDF-1.7 text"u8], KnowledgeException.Binary },
        { [0x50, 0x4B, 0x03, 0x04, 1, 2, 3], KnowledgeException.Binary },
        { [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], KnowledgeException.Binary },
        { [.. "text with \0 NUL"u8], KnowledgeException.Binary },
        { [.. "\u0001\u0002\u0003 mostly controls"u8], KnowledgeException.Binary },
        { [0x00, 0xC3, 0x28, 0x00], KnowledgeException.Binary },
        { [0xC4, 0xEA, 0xBC, 0xD9], KnowledgeException.Encoding },
        { Encoding.Latin1.GetBytes("Café crème"), KnowledgeException.Encoding },
        { [0xFF, 0xFE, 0x00, 0xD8], KnowledgeException.Encoding },
        { [0xFF, 0xFE, 0x00, 0x00, 0x41, 0x00, 0x00, 0x00], KnowledgeException.Encoding },
        { [.. Enumerable.Repeat((byte)'a', 10_001)], KnowledgeException.TooLarge },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Unusable_documents_are_refused_with_a_reason_and_leave_no_trace(byte[] bytes, string code)
    {
        KnowledgeException error = await Assert.ThrowsAsync<KnowledgeException>(() => _knowledge.AddAsync("x.md", bytes));
        Assert.Equal(code, error.Code);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_knowledge.File));
    }

    [Fact]
    public async Task A_stream_that_hides_its_length_is_read_no_further_than_the_limit()
    {
        var endless = new EndlessStream();
        KnowledgeException error = await Assert.ThrowsAsync<KnowledgeException>(() => _knowledge.Index.AddAsync(_knowledge.Base, new DocumentInput("x.md", endless), TestKnowledge.Cancel));
        Assert.Equal(KnowledgeException.TooLarge, error.Code);
        Assert.InRange(endless.Served, 10_001, 200_000);
    }

    [Fact]
    public async Task A_document_of_too_many_parts_is_refused()
    {
        _knowledge.Options.MaxDocumentChunks = 100;
        KnowledgeException error = await Assert.ThrowsAsync<KnowledgeException>(() => _knowledge.AddAsync("x.md", string.Concat(Enumerable.Repeat("# a\n", 101))));
        Assert.Equal(KnowledgeException.TooLarge, error.Code);
        Assert.Equal(100, (await _knowledge.AddAsync("x.md", string.Concat(Enumerable.Repeat("# a\n", 100)))).Chunks);
    }

    public static TheoryData<byte[]> Accepted => new(
        "Café\r\n年假"u8.ToArray(),
        [0xEF, 0xBB, 0xBF, .. "Café\r\n年假"u8],
        [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("Café\r\n年假")],
        [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("Café\r\n年假")]);

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task Every_encoding_with_a_sure_sign_gives_the_same_text(byte[] bytes)
    {
        AddResult added = await _knowledge.AddAsync("x.txt", bytes);
        Assert.Equal("Café\n年假", await _knowledge.Index.GetTextAsync(_knowledge.Base, added.DocumentId, TestKnowledge.Cancel));
    }

    public void Dispose() => _knowledge.Dispose();

    private sealed class EndlessStream : Stream
    {
        public int Served { get; private set; }
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)'a', offset, count);
            Served += count;
            return count;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
