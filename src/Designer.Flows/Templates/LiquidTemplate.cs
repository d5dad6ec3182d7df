using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Ast;
using Fluid.Parser;
using Fluid.Values;
using LiquidExpression = Fluid.Ast.Expression;

namespace Designer.Flows;

/// <summary>A template that needs Liquid, with limits around everything that could run away.</summary>
internal sealed partial class LiquidTemplate
{
    private const int MaxSteps = 200_000;

    private static readonly FluidParser Parser = CreateParser();
    private readonly FluidTemplate _template;

    private LiquidTemplate(FluidTemplate template, IReadOnlyList<ReferencePath> references)
    {
        _template = template;
        References = references;
    }

    public static readonly TemplateOptions Options = CreateOptions();

    public IReadOnlyList<ReferencePath> References { get; }

    public static LiquidTemplate Parse(string text) => new(ParseBounded(text, out IReadOnlyList<ReferencePath> references), references);

    /// <summary>Parses, and puts limits into the tree that Liquid itself lacks.</summary>
    public static FluidTemplate ParseBounded(string text, out IReadOnlyList<ReferencePath> references)
    {
        TemplateScanner.CheckShape(text);
        if (!Parser.TryParse(text, out IFluidTemplate template, out string error)) throw ParseError(error);
        references = ReferenceFinder.Find(((FluidTemplate)template).Statements);
        return (FluidTemplate)new Limiter().VisitTemplate(template);
    }

    /// <param name="encoder">For each value that is filled in; none when null.</param>
    public string Render(IValueScope scope, TextEncoder? encoder = null) => Guard(() =>
    {
        using LimitedWriter writer = new(Template.MaxOutput);
        ValueTask task = _template.RenderAsync(writer, encoder ?? NullEncoder.Default, Context(scope));
        // Nothing in a template waits: values are at hand, and includes are not registered.
        task.GetAwaiter().GetResult();
        return writer.ToString();
    });

    public static TemplateContext Context(IValueScope scope) => new(new ScopeValue(scope), Options) { Now = () => scope.Now };

    /// <summary>Whatever goes wrong inside Liquid is the template's failure, told in its terms.</summary>
    public static T Guard<T>(Func<T> evaluate)
    {
        try
        {
            return evaluate();
        }
        catch (InvalidOperationException e) when (e.Message.Contains("recursion", StringComparison.Ordinal))
        {
            throw new TemplateException($"The template takes too many steps.", inner: e);
        }
        catch (Exception e) when (e is not (TemplateException or OutOfMemoryException))
        {
            throw new TemplateException($"The template cannot be rendered: {Sentence.Of(e)}", inner: e);
        }
    }

    private static FluidParser CreateParser()
    {
        FluidParser parser = new(new FluidParserOptions { AllowParentheses = true });
        // Nothing that reads other templates, defines functions or writes HTML tables.
        foreach (string tag in (string[])["include", "render", "from", "macro", "import", "tablerow", "layout", "liquid", "ifchanged"]) parser.RegisteredTags.Remove(tag);
        return parser;
    }

    private static TemplateOptions CreateOptions()
    {
        TemplateOptions options = new()
        {
            MaxSteps = MaxSteps,
            MaxRecursion = 100,
            StrictFilters = true,
            CultureInfo = CultureInfo.InvariantCulture,
            TimeZone = TimeZoneInfo.Utc,
            ModelNamesComparer = StringComparer.Ordinal,
            // Values are ours and need no reflection; whatever else appears has no members.
            MemberAccessStrategy = new NoMembers(),
        };
        options.ValueConverters.Add(LiquidValue.Wrap);
        LiquidFilters.AddTo(options.Filters);
        return options;
    }

    private static TemplateException ParseError(string error)
    {
        System.Text.RegularExpressions.Match place = Place().Match(error);
        if (!place.Success) return new TemplateException($"The template has a mistake: {error}");
        string message = error[..place.Index].TrimEnd();
        return new TemplateException(
            $"The template has a mistake in line {place.Groups[1].Value}, column {place.Groups[2].Value}: {message}.",
            int.Parse(place.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(place.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"at \((\d+):(\d+)\)")]
    private static partial Regex Place();

    private sealed class NoMembers : MemberAccessStrategy
    {
        public override IMemberAccessor? GetAccessor(Type type, string name) => null;
        public override void Register(Type type, IEnumerable<KeyValuePair<string, IMemberAccessor>> accessors) { }
    }

    private sealed class Limiter : AstRewriter
    {
        protected override LiquidExpression VisitRangeExpression(RangeExpression rangeExpression)
        {
            RangeExpression range = (RangeExpression)base.VisitRangeExpression(rangeExpression);
            return new RangeExpression(range.From, new LimitedEnd(range.From, range.To));
        }

        protected override Statement VisitCaptureStatement(CaptureStatement captureStatement)
        {
            CaptureStatement capture = (CaptureStatement)base.VisitCaptureStatement(captureStatement);
            return new LimitedCapture(capture.Identifier, capture.Statements);
        }
    }

    /// <summary>A range is a list in memory, so its size is checked before it is made, and counts as steps.</summary>
    private sealed class LimitedEnd(LiquidExpression from, LiquidExpression to) : LiquidExpression
    {
        private const int MaxRange = 100_000;

        public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
        {
            FluidValue end = await to.EvaluateAsync(context);
            decimal length = end.ToNumberValue() - (await from.EvaluateAsync(context)).ToNumberValue() + 1;
            if (length > MaxRange) throw new TemplateException($"A range of the template is longer than {MaxRange:N0}.");
            for (int i = 0; i < length; i++) context.IncrementSteps();
            return end;
        }
    }

    /// <summary>A capture writes into memory of its own, so it needs a limit of its own.</summary>
    private sealed class LimitedCapture(string name, IReadOnlyList<Statement> statements) : Statement
    {
        public override async ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
        {
            using LimitedWriter captured = new(Template.MaxOutput);
            Completion completion = Completion.Normal;
            foreach (Statement statement in statements)
            {
                completion = await statement.WriteToAsync(captured, encoder, context);
                if (completion != Completion.Normal) break;
            }
            context.SetValue(name, new StringValue(captured.ToString()));
            return completion;
        }
    }

    /// <summary>Collects the output and stops at the limit.</summary>
    private sealed class LimitedWriter(int limit) : StringWriter(CultureInfo.InvariantCulture)
    {
        private StringBuilder Text => GetStringBuilder();

        public override void Write(char value)
        {
            Check(1);
            Text.Append(value);
        }

        public override void Write(string? value)
        {
            Check(value?.Length ?? 0);
            Text.Append(value);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            Check(count);
            Text.Append(buffer, index, count);
        }

        public override void Write(ReadOnlySpan<char> buffer)
        {
            Check(buffer.Length);
            Text.Append(buffer);
        }

        private void Check(int more)
        {
            if (Text.Length + more > limit) throw Template.TooLong();
        }
    }
}
