using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Designer.Web.Tests.Language;

/// <summary>One source file of the web project as C#: a class as it stands, a page as the Razor compiler wrote it.</summary>
public sealed partial class SpokenCode
{
    private readonly SyntaxNode _root;

    public SpokenCode(string name, string code)
    {
        Name = name;
        _root = CSharpSyntaxTree.ParseText(code).GetRoot();
    }

    /// <summary>The path below <c>src/Designer.Web</c>.</summary>
    public string Name { get; }

    /// <summary>How the projects were built.</summary>
    public static string Configuration { get; } = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>The API and what answers programs speak English to everybody.</summary>
    private static bool SpeaksEnglish(string file) => file.EndsWith(".g.cs", StringComparison.Ordinal) || file.Contains($"{Path.DirectorySeparatorChar}Api{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    /// <summary>Every class and page of the features.</summary>
    public static IEnumerable<SpokenCode> All()
    {
        string project = Path.Combine(Root(), "src", "Designer.Web");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(project, "Features"), "*.cs", SearchOption.AllDirectories))
            if (!SpeaksEnglish(file)) yield return new SpokenCode(Path.GetRelativePath(project, file), File.ReadAllText(file));
        foreach (string page in Directory.EnumerateFiles(Path.Combine(project, "Features"), "*.razor", SearchOption.AllDirectories))
            yield return new SpokenCode(Path.GetRelativePath(project, page), Compiled(project, page));
    }

    /// <summary>English sentences that are asked for in the person's language.</summary>
    public IEnumerable<string> Asked()
    {
        foreach (ElementAccessExpressionSyntax access in _root.DescendantNodes().OfType<ElementAccessExpressionSyntax>().Where(a => IsWords(a.Expression)))
            foreach (string text in Literals(access.ArgumentList.Arguments[0].Expression)) yield return text;
        foreach (InvocationExpressionSyntax call in _root.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (Called(call) == "Count" && call.Expression is MemberAccessExpressionSyntax { Expression: var on } && IsWords(on))
                foreach (string text in Literals(call.ArgumentList.Arguments[2].Expression)) yield return text;
            if (Called(call) == "Key" && call.ArgumentList.Arguments.Count == 1 && call.Expression.ToString() is "Key" or "Words.Key")
                foreach (string text in Literals(call.ArgumentList.Arguments[0].Expression)) yield return text;
        }
    }

    /// <summary>What people would read in English whatever their language, each with its line.</summary>
    public IEnumerable<string> HardCoded() => _root.DescendantNodes().Where(node => node is LiteralExpressionSyntax { Token.Value: string } or InterpolatedStringExpressionSyntax)
        .Where(node => !IsAskedFor(node)).SelectMany(node => Shown(node).Select(text => $"{Name}: {text}"));

    private static IEnumerable<string> Shown(SyntaxNode literal)
    {
        string text = Text(literal);
        switch (Place(literal))
        {
            case Where.Markup: return Fragments(text);
            case Where.Said: return Letters().IsMatch(text) && !IsName(text) ? [text.Trim()] : [];
            case Where.Code: return Sentence().IsMatch(text.Trim()) && !IsName(text) ? [text.Trim()] : [];
            default: return [];
        }
    }

    private enum Where { Nowhere, Markup, Said, Code }

    // Walks outwards to what takes the text: that decides whether people see it.
    private static Where Place(SyntaxNode literal)
    {
        bool isHandler = false;
        for (SyntaxNode? at = literal.Parent; at is not null; at = at.Parent)
        {
            isHandler |= at is LambdaExpressionSyntax;
            if (at is ThrowStatementSyntax or ThrowExpressionSyntax or AttributeSyntax or CaseSwitchLabelSyntax or ConstantPatternSyntax) return Where.Nowhere;
            if (at is BinaryExpressionSyntax binary && (binary.IsKind(SyntaxKind.EqualsExpression) || binary.IsKind(SyntaxKind.NotEqualsExpression))) return Where.Nowhere;
            if (at is ObjectCreationExpressionSyntax made && made.Type.ToString().EndsWith("Exception", StringComparison.Ordinal)) return Where.Nowhere;
            if (at is MethodDeclarationSyntax method && method.ReturnType.ToString().EndsWith("Exception", StringComparison.Ordinal)) return Where.Nowhere;
            if (at is not InvocationExpressionSyntax call) continue;
            switch (Called(call))
            {
                case "AddMarkupContent": return Where.Markup;
                case "AddContent": return Where.Said;
                case "AddAttribute" or "AddComponentParameter": return isHandler ? Where.Code : IsWordy(call) && call.ArgumentList.Arguments[^1].Span.Contains(literal.Span) ? Where.Said : Where.Nowhere;
                case "Of" when call.Expression.ToString() == "ApiProblems.Of": return Where.Nowhere;
                case "ShowAsync" or "ShowMessageBoxAsync" or "Because": return Where.Said;
                case "Add" when call.Expression.ToString() == "Snackbar.Add": return Where.Said;
                case { } name when name.StartsWith("Log", StringComparison.Ordinal) || IsTechnical().IsMatch(name): return Where.Nowhere;
            }
        }
        return Where.Code;
    }

    private static bool IsWordy(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments.Count > 1 && WordyAttribute().IsMatch(call.ArgumentList.Arguments[1].Expression switch
        {
            LiteralExpressionSyntax name => name.Token.ValueText,
            InvocationExpressionSyntax named => named.DescendantTokens().Last(token => token.IsKind(SyntaxKind.IdentifierToken)).ValueText,
            var other => other.ToString(),
        });

    private static IEnumerable<string> Fragments(string html)
    {
        string plain = Quoted().Replace(html, "");
        foreach (Match attribute in HtmlAttribute().Matches(plain)) if (Letters().IsMatch(attribute.Groups[1].Value)) yield return attribute.Value;
        foreach (string text in Tag().Split(plain))
            if (Letters().IsMatch(text) && !IsName(WebUtility.HtmlDecode(text))) yield return text.Trim();
    }

    /// <summary>Names, units and addresses are the same in every language.</summary>
    private static bool IsName(string text) => text.Trim(' ', '\n', '·') is "Designer" or ".NET" or "PostgreSQL" or "Extractive" or "English" or "Anthropic" or "Azure OpenAI" or "Groq" or "Mistral" or "Gemini" or "Qwen (Alibaba Cloud)" or "Inter Variable"
        or "Noto Sans CJK SC" or "Esc" or "Ctrl K" or "POST" or "XXXX-XXXX-XXXX" or "§ B" or "§ KB" or "§ MB" or "§ ms" or "§ s" or "§ min" || Address().IsMatch(text);

    private static bool IsAskedFor(SyntaxNode literal) => literal.Ancestors().Any(at =>
        (at is ElementAccessExpressionSyntax access && IsWords(access.Expression) && access.ArgumentList.Span.Contains(literal.Span))
        || (at is InvocationExpressionSyntax call && (call.Expression.ToString() is "L.Count" or "Words.L.Count" or "Key" or "Words.Key")));

    private static bool IsWords(ExpressionSyntax on) => on.ToString() is "L" or "Words.L";

    private static string? Called(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberBindingExpressionSyntax member => member.Name.Identifier.ValueText,
        _ => null,
    };

    private static IEnumerable<string> Literals(ExpressionSyntax expression) =>
        expression.DescendantNodesAndSelf().OfType<LiteralExpressionSyntax>().Where(l => l.Token.Value is string && l.Parent is not ConstantPatternSyntax and not BinaryExpressionSyntax).Select(l => l.Token.ValueText);

    private static string Text(SyntaxNode literal) => literal is InterpolatedStringExpressionSyntax whole
        ? string.Concat(whole.Contents.Select(part => part is InterpolatedStringTextSyntax text ? text.TextToken.ValueText : "§"))
        : ((LiteralExpressionSyntax)literal).Token.ValueText;

    private static string Compiled(string project, string page)
    {
        string name = Path.GetRelativePath(project, page).Replace(".razor", "_razor.g.cs", StringComparison.Ordinal);
        string generated = Path.Combine(project, "obj", Configuration, "net10.0", "generated", "Microsoft.CodeAnalysis.Razor.Compiler", "Microsoft.NET.Sdk.Razor.SourceGenerators.RazorSourceGenerator", name);
        string code = File.ReadAllText(generated);
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(page)));
        Assert.True(code.Contains(hash, StringComparison.Ordinal), $"{name} is older than its page; build the project first.");
        return LineNumbers().Replace(code, "");
    }

    public static string Root()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Designer.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex(@"^\S*(/|\w\.\w)\S*$")]
    private static partial Regex Address();

    [GeneratedRegex(@"\p{L}{2}")]
    private static partial Regex Letters();

    // Two words, one with an end, or one with a capital: what no identifier, class list or key looks like.
    [GeneratedRegex(@"^[“§]?[A-Z][a-z]+$|^[“§]?[A-Z][a-z]+([ ,]|[.?!…]$)|^[a-z’']+ [a-z’' ]+ [a-z’']+[.…]?$|^“?§”? [a-z]+")]
    private static partial Regex Sentence();

    [GeneratedRegex("^(title|placeholder|alt|label|aria-label|aria-description|Title|Text|Lead|Label|Placeholder|HelperText|Hint|Note)$")]
    private static partial Regex WordyAttribute();

    [GeneratedRegex("(?:title|placeholder|alt|aria-label|aria-description)=\"([^\"]*)\"")]
    private static partial Regex HtmlAttribute();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    /// <summary>Code, keys and drawings are no words.</summary>
    [GeneratedRegex("<(code|kbd|pre|svg)[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex("^(InvokeAsync|InvokeVoidAsync|CallAsync|RememberAsync|RecallAsync|ToString|TryGetProperty|GetProperty|StartsWith|EndsWith|Contains|RequirePermission|Map[A-Z].*|Append|AppendJoin|HashPassword|WithTags|WithSummary|WithDescription)$")]
    private static partial Regex IsTechnical();

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex LineNumbers();
}
