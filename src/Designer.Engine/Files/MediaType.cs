using System.Text.Unicode;

namespace Designer.Engine;

/// <summary>What a file is, by its first bytes. Its name only tells one kind of text or office document from another: it makes no picture of a script.</summary>
public static class MediaType
{
    public const string Text = "text/plain";
    /// <summary>How much of a file <see cref="Of"/> looks at.</summary>
    public const int HeadBytes = 4096;

    // Text that a browser would run or a parser would follow (HTML, SVG, XML, scripts) is plain text here.
    private static readonly Dictionary<string, string> TextKinds = new(StringComparer.OrdinalIgnoreCase)
    {
        [".md"] = "text/markdown",
        [".markdown"] = "text/markdown",
        [".csv"] = "text/csv",
        [".json"] = "application/json",
    };

    private static readonly Dictionary<string, string> OfficeKinds = new(StringComparer.OrdinalIgnoreCase)
    {
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    };

    public static bool IsImage(string mediaType) => mediaType.StartsWith("image/", StringComparison.Ordinal);

    public static bool IsVideo(string mediaType) => mediaType.StartsWith("video/", StringComparison.Ordinal);

    /// <summary>A picture, a film or sound.</summary>
    public static bool IsMedia(string mediaType) => IsImage(mediaType) || IsVideo(mediaType) || mediaType.StartsWith("audio/", StringComparison.Ordinal);

    public static bool IsText(string mediaType) => mediaType.StartsWith("text/", StringComparison.Ordinal) || mediaType == "application/json";

    /// <summary>Null for what Designer does not take: programs, archives, anything it does not know.</summary>
    /// <param name="head">Up to <see cref="HeadBytes"/> from the file's start.</param>
    public static string? Of(ReadOnlySpan<byte> head, string name)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return "image/png";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return "image/jpeg";
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8)) return "image/gif";
        if (head.StartsWith("RIFF"u8) && head.Length >= 12) return Riff(head[8..12]);
        if (head.StartsWith("%PDF-"u8)) return "application/pdf";
        if (head.StartsWith("PK\u0003\u0004"u8)) return Office(head, name);
        if (head.StartsWith("ID3"u8) || head.Length >= 2 && head[0] == 0xFF && (head[1] & 0xE6) == 0xE2) return "audio/mpeg";
        if (head.StartsWith("OggS"u8)) return "audio/ogg";
        if (head.StartsWith("fLaC"u8)) return "audio/flac";
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8)) return "video/mp4";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])) return "video/webm";
        return IsPlainText(head) ? TextKinds.GetValueOrDefault(Path.GetExtension(name), Text) : null;
    }

    private static string? Riff(ReadOnlySpan<byte> kind) => kind.SequenceEqual("WEBP"u8) ? "image/webp" : kind.SequenceEqual("WAVE"u8) ? "audio/wav" : null;

    // An office document is a zip that begins with its list of parts; no other archive is taken.
    private static string? Office(ReadOnlySpan<byte> head, string name) =>
        OfficeKinds.TryGetValue(Path.GetExtension(name), out string? type) && (head.IndexOf("[Content_Types].xml"u8) >= 0 || head.IndexOf("_rels/.rels"u8) >= 0) ? type : null;

    // UTF-8 or, by its mark, UTF-16, without the control characters that no text has.
    private static bool IsPlainText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return true;
        ReadOnlySpan<byte> whole = head;
        // The head may end within a character.
        for (int cut = 0; cut < 3 && head.Length == HeadBytes && !Utf8.IsValid(whole); cut++) whole = whole[..^1];
        if (whole.IsEmpty || !Utf8.IsValid(whole)) return false;
        foreach (byte b in whole)
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C)) return false;
        return true;
    }
}
