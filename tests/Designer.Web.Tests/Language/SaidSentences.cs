using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Designer.Web.Tests.Language;

/// <summary>The sentences of one project: its interpolated strings that become a <c>Sentence</c>, as the compiler sees them.</summary>
public sealed partial class SaidSentences
{
    private const string Sentence = "Designer.Flows.Sentence";
    private static readonly MetadataReference[] Libraries = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file))];
    private readonly List<string> _formats = [];
    private readonly List<string> _faults = [];

    /// <summary>The projects that say something, each compiled as it stands.</summary>
    public static IEnumerable<SaidSentences> All() =>
        Directory.EnumerateDirectories(Path.Combine(SpokenCode.Root(), "src"), "Designer.*").Where(folder => File.Exists(Path.Combine(folder, Path.GetFileName(folder) + ".csproj"))).Select(folder => Of(Compilation(folder)));

    public static SaidSentences Of(CSharpCompilation code)
    {
        SaidSentences said = new();
        foreach (SyntaxTree tree in code.SyntaxTrees)
        {
            List<InterpolatedStringExpressionSyntax> texts = [.. tree.GetRoot().DescendantNodes().OfType<InterpolatedStringExpressionSyntax>()];
            if (texts.Count == 0) continue;
            SemanticModel model = code.GetSemanticModel(tree);
            foreach (InterpolatedStringExpressionSyntax text in texts) said.Add(model, text);
        }
        return said;
    }

    /// <summary>What is translated: the English with <c>{0}</c> for its first value.</summary>
    public IReadOnlyList<string> Formats => _formats;

    /// <summary>English words that are put into a sentence as if they were a value, and what could not be understood.</summary>
    public IReadOnlyList<string> Faults => _faults;

    private void Add(SemanticModel model, InterpolatedStringExpressionSyntax text)
    {
        string place = $"{Path.GetFileName(text.SyntaxTree.FilePath)}:{text.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
        ITypeSymbol? type = text.Parent is CastExpressionSyntax cast ? model.GetTypeInfo(cast).Type : model.GetTypeInfo(text).ConvertedType;
        if (type is null or IErrorTypeSymbol || IsUnresolved(model, text)) _faults.Add($"{place}: not understood: {text}");
        if (type?.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat.WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.None)) != Sentence) return;
        int hole = 0;
        _formats.Add(string.Concat(text.Contents.Select(part => part is InterpolatedStringTextSyntax literal ? literal.TextToken.ValueText : $"{{{hole++}}}")));
        foreach (InterpolationSyntax value in text.Contents.OfType<InterpolationSyntax>())
            if (Chosen(value.Expression).Any(word => word is LiteralExpressionSyntax { Token.Value: string english } && Letter().IsMatch(english))) _faults.Add($"{place}: an English word as a value: {value}");
    }

    // What is asked of a method that is not known becomes no sentence.
    private static bool IsUnresolved(SemanticModel model, SyntaxNode text) =>
        text.Parent is ArgumentSyntax { Parent.Parent: ExpressionSyntax call } && call is InvocationExpressionSyntax or ObjectCreationExpressionSyntax or ImplicitObjectCreationExpressionSyntax
        && model.GetSymbolInfo(call) is { Symbol: null, CandidateReason: not CandidateReason.LateBound };

    /// <summary>What an expression may come to: itself, or the sides of a choice.</summary>
    private static IEnumerable<ExpressionSyntax> Chosen(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Chosen(inner.Expression),
        ConditionalExpressionSyntax choice => [.. Chosen(choice.WhenTrue), .. Chosen(choice.WhenFalse)],
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } either => [.. Chosen(either.Left), .. Chosen(either.Right)],
        SwitchExpressionSyntax choice => choice.Arms.SelectMany(arm => Chosen(arm.Expression)),
        _ => [expression],
    };

    private static CSharpCompilation Compilation(string folder)
    {
        string project = Path.GetFileName(folder);
        string built = Path.Combine(folder, "obj", SpokenCode.Configuration, "net10.0");
        IEnumerable<string> files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file => !file.StartsWith(Path.Combine(folder, "obj"), StringComparison.Ordinal) && !file.Contains("Migrations", StringComparison.Ordinal))
            .Append(Path.Combine(built, $"{project}.GlobalUsings.g.cs"));
        string pages = Path.Combine(built, "generated");
        if (Directory.Exists(pages)) files = files.Concat(Directory.EnumerateFiles(pages, "*_razor.g.cs", SearchOption.AllDirectories));
        return CSharpCompilation.Create(project, files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file)), Libraries.Where(library => Path.GetFileNameWithoutExtension(library.Display) != project),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    [GeneratedRegex(@"\p{L}")]
    private static partial Regex Letter();
}
