using System.Text;

namespace Designer.Knowledge;

/// <summary>Turns what was handed in into text with <c>\n</c> line ends, or says why it cannot.</summary>
internal static class DocumentReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly (byte[] Start, string Name)[] KnownFormats =
    [
        ("%PDF-"u8.ToArray(), "a PDF"), ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive or an Office document"), ([0x1F, 0x8B], "a gzip archive"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG image"), ([0xFF, 0xD8, 0xFF], "a JPEG image"), ("GIF8"u8.ToArray(), "a GIF image"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Office document"), ([0x7F, 0x45, 0x4C, 0x46], "a program"), ("SQLite format 3"u8.ToArray(), "a SQLite database"),
    ];

    public static async Task<string> ReadAsync(Stream content, long maxBytes, CancellationToken cancel)
    {
        string text = Decode(await ReadBytesAsync(content, maxBytes, cancel));
        if (string.IsNullOrWhiteSpace(text)) throw new KnowledgeException(KnowledgeException.Empty, "The document is empty.");
        if (LooksBinary(text)) throw Binary("not text");
        return text.ReplaceLineEndings("\n");
    }

    /// <summary><c>text/markdown</c> or <c>text/plain</c>. Browsers often send Markdown files as plain text or as bytes, so the name counts too.</summary>
    public static string MediaTypeOf(DocumentInput input, string label)
    {
        bool saysMarkdown = input.MediaType?.StartsWith("text/markdown", StringComparison.OrdinalIgnoreCase) == true;
        bool endsMarkdown = label.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || label.EndsWith(".markdown", StringComparison.OrdinalIgnoreCase);
        return saysMarkdown || endsMarkdown ? "text/markdown" : "text/plain";
    }

    private static async Task<byte[]> ReadBytesAsync(Stream stream, long maxBytes, CancellationToken cancel)
    {
        if (stream.CanSeek && stream.Length - stream.Position > maxBytes) throw TooLarge(maxBytes);
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[81920];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            if (bytes.Length + read > maxBytes) throw TooLarge(maxBytes);
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    private static string Decode(byte[] bytes)
    {
        foreach ((byte[] start, string name) in KnownFormats)
            if (bytes.AsSpan().StartsWith(start)) throw Binary(name);
        try
        {
            return bytes switch
            {
                [0xFF, 0xFE, 0x00, 0x00, ..] => throw WrongEncoding(null),
                [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true).GetString(bytes, 2, bytes.Length - 2),
                [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true).GetString(bytes, 2, bytes.Length - 2),
                [0xEF, 0xBB, 0xBF, ..] => StrictUtf8.GetString(bytes, 3, bytes.Length - 3),
                _ => StrictUtf8.GetString(bytes),
            };
        }
        catch (DecoderFallbackException error)
        {
            bool isUtf16 = bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];
            throw !isUtf16 && bytes.AsSpan().Contains((byte)0) ? Binary("not text") : WrongEncoding(error);
        }
    }

    // A form feed or an escape strays into honest text; a NUL or many controls do not.
    private static bool LooksBinary(string text)
    {
        int controls = 0;
        foreach (char c in text)
        {
            if (c == '\0') return true;
            if (char.IsControl(c) && c is not ('\t' or '\n' or '\r' or '\f' or '\u0085')) controls++;
        }
        return controls * 100L > text.Length;
    }

    private static KnowledgeException TooLarge(long maxBytes) =>
        new(KnowledgeException.TooLarge, maxBytes >= 1024 * 1024
            ? FormattableString.Invariant($"The document is larger than {maxBytes / (1024.0 * 1024):0.#} MB, the most that one document may have.")
            : FormattableString.Invariant($"The document is larger than {maxBytes} bytes, the most that one document may have."));

    private static KnowledgeException Binary(string what) =>
        new(KnowledgeException.Binary, $"The document is {what}. Only Markdown and plain text can be added.");

    private static KnowledgeException WrongEncoding(Exception? error) =>
        new(KnowledgeException.Encoding, "The document is not UTF-8, nor UTF-16 with a byte order mark. Save it as UTF-8 and add it again.", error);
}
