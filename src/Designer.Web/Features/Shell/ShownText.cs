using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Designer.Web.Features.Shell;

/// <summary>Untrusted text as a page shows it: characters that turn or hide what stands around them are seen as �.</summary>
public static class ShownText
{
    // Control characters but tab and line ends; embeddings, overrides and isolates of text direction.
    private static readonly SearchValues<char> s_unseen = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0x20).Select(c => (char)c).Where(c => c is not ('\t' or '\n' or '\r')),
        .. Enumerable.Range(0x7F, 0x21).Select(c => (char)c),
        .. Enumerable.Range(0x202A, 5).Select(c => (char)c),
        .. Enumerable.Range(0x2066, 4).Select(c => (char)c),
    ]);

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text) => text is not null && text.AsSpan().ContainsAny(s_unseen)
        ? string.Create(text.Length, text, static (shown, from) =>
        {
            for (int i = 0; i < shown.Length; i++) shown[i] = s_unseen.Contains(from[i]) ? '\uFFFD' : from[i];
        })
        : text;
}
