using System.Text.Encodings.Web;

namespace Designer.Flows;

/// <summary>
/// A text setting as Liquid. Parsed once, rendered from any thread. Text with plain references only is joined from its segments without
/// Liquid; data that holds <c>{{ }}</c> is never evaluated.
/// </summary>
public sealed class Template
{
    /// <summary>Characters that one template may write.</summary>
    public const int MaxOutput = 8_000_000;

    private const int MaxCachedLength = 8_000;
    private static readonly BoundedCache<Template> Parsed = new(1_000);

    private readonly Segment[] _segments;
    private readonly LiquidTemplate? _liquid;

    private Template(string text)
    {
        Text = text;
        if (TemplateScanner.Plain(text) is { } segments)
        {
            _segments = [.. segments];
            References = [.. _segments.Select(s => s.Reference).OfType<ReferencePath>().Distinct()];
        }
        else
        {
            _segments = [];
            _liquid = LiquidTemplate.Parse(text);
            References = _liquid.References;
        }
    }

    public string Text { get; }

    /// <summary>True when there is nothing to fill in.</summary>
    public bool IsConstant => _liquid is null && References.Count == 0;

    /// <summary>Set when the text is exactly one <c>{{ path }}</c>.</summary>
    public ReferencePath? Single => _segments.Length == 1 ? _segments[0].Reference : null;

    /// <summary>All references to something outside the template, in order of appearance.</summary>
    public IReadOnlyList<ReferencePath> References { get; }

    /// <exception cref="TemplateException">The text is not valid Liquid.</exception>
    public static Template Parse(string text) => text.Length > MaxCachedLength ? new Template(text) : Parsed.GetOrAdd(text, t => new Template(t));

    /// <summary>The value itself where the template is one reference, else the rendered text.</summary>
    /// <exception cref="TemplateException">The template fails or goes over its limits.</exception>
    public object? Evaluate(IValueScope scope) => Single is { } reference ? Resolve(reference, scope) : Render(scope);

    /// <inheritdoc cref="Evaluate"/>
    public string Render(IValueScope scope)
    {
        if (_liquid is not null) return _liquid.Render(scope);
        if (_segments.Length == 1) return Checked(TextOf(_segments[0], scope));
        string[] parts = new string[_segments.Length];
        long length = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = TextOf(_segments[i], scope);
            length += parts[i].Length;
            if (length > MaxOutput) throw TooLong();
        }
        return string.Concat(parts);
    }

    /// <summary>As <see cref="Render"/>, for an address: what is filled in is percent-encoded, but for a reference that begins the text and is the address.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public string RenderUrl(IValueScope scope)
    {
        if (_liquid is not null) return _liquid.Render(scope, UrlEncoder.Default);
        return Checked(string.Concat(_segments.Select((s, i) => s.Reference is null || i == 0 ? TextOf(s, scope) : Uri.EscapeDataString(TextOf(s, scope)))));
    }

    /// <summary>The value that a reference stands for; null where a part of its path is missing.</summary>
    public static object? Resolve(ReferencePath reference, IValueScope scope) => FlowValue.Follow(scope.Root(reference.Root), reference.Path);

    internal static TemplateException TooLong() => new($"The template writes more than {MaxOutput:N0} characters.");

    private static string Checked(string text) => text.Length > MaxOutput ? throw TooLong() : text;

    private static string TextOf(Segment segment, IValueScope scope) =>
        segment.Reference is { } reference ? FlowValue.ToText(Resolve(reference, scope)) : segment.Text;
}
