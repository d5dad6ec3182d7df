using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Designer.Flows;
using Designer.Web.Features.Editor.Nodes;
using Designer.Web.Features.Language;
using Designer.Web.Features.Templates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;

namespace Designer.Web.Tests.Language;

/// <summary>Finds any string that people read and that has no Chinese, and any Chinese that nobody reads.</summary>
public sealed partial class TranslationTests(TranslationTests.Source source) : IClassFixture<TranslationTests.Source>
{
    public sealed class Source : IAsyncLifetime
    {
        public IReadOnlyCollection<NodeDescriptor> NodeTypes { get; private set; } = [];
        public IReadOnlyList<SpokenCode> Files { get; } = [.. SpokenCode.All()];
        public IReadOnlyList<SaidSentences> Said { get; } = [.. SaidSentences.All()];
        public IReadOnlyDictionary<string, string> Chinese { get; } = Words.Tables().SelectMany(file => file.Table).GroupBy(entry => entry.Key).ToDictionary(same => same.Key, same => same.First().Value);
        public IReadOnlyDictionary<string, string> Mud { get; } = OfMud();

        public async ValueTask InitializeAsync()
        {
            await using DesignerApp app = await DesignerApp.StartAsync();
            NodeTypes = app.Services.GetRequiredService<INodeTypes>().All;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static Dictionary<string, string> OfMud()
        {
            ResourceManager manager = new("MudBlazor.Resources.LanguageResource", typeof(MudLocalizer).Assembly);
            return manager.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
        }
    }

    [Fact]
    public void Nothing_that_people_read_is_hard_coded()
    {
        Assert.True(source.Files.Count > 100, "suspiciously few files were read");
        None(source.Files.SelectMany(file => file.HardCoded()));
    }

    [Fact]
    public void Every_sentence_has_its_Chinese() =>
        None(Asked().Concat(Said().Where(format => Letters().IsMatch(Hole().Replace(format, "")))).Distinct().Where(sentence => !source.Chinese.ContainsKey(sentence)).Order(StringComparer.Ordinal));

    [Fact]
    public void No_translation_is_left_over() =>
        None(source.Chinese.Keys.Except(Asked()).Except(Said()).Order(StringComparer.Ordinal));

    [Fact]
    public void A_sentence_has_one_translation() =>
        None(Words.Tables().SelectMany(file => file.Table).GroupBy(entry => entry.Key).Where(same => same.Select(entry => entry.Value).Distinct().Count() > 1).Select(same => same.Key));

    [Fact]
    public void Both_languages_hold_the_same_values() =>
        Assert.All(source.Chinese, entry => Assert.Equal(Values(source.Mud.GetValueOrDefault(entry.Key, entry.Key)), Values(entry.Value)));

    [Fact]
    public void Sentences_hold_no_English_words_as_values() => None(source.Said.SelectMany(project => project.Faults));

    [Fact]
    public void Hard_coded_words_are_found_wherever_they_stand()
    {
        Assert.Equal(["x: Nothing here"], Found("""b.AddMarkupContent(1, "<p class=\"a b\">Nothing here</p>");"""));
        Assert.Equal(["x: title=\"Close it\""], Found("""b.AddMarkupContent(1, "<p title=\"Close it\"></p>");"""));
        Assert.Equal(["x: Remove"], Found("""b.AddAttribute(1, "aria-label", "Remove " + name);"""));
        Assert.Equal(["x: No run yet"], Found("""b.AddComponentParameter(1, nameof(EmptyState.Title), none ? "No run yet" : L["No such run"]);"""));
        Assert.Equal(["x: saved"], Found("""b.AddContent(1, done ? "saved" : null);"""));
        Assert.Equal(["x: Deleted “§”."], Found("""Snackbar.Add($"Deleted “{name}”.");"""));
        Assert.Equal(["x: The flow was deleted."], Found("""_error = "The flow was deleted.";"""));
        Assert.Empty(Found("""b.AddMarkupContent(1, "<code>POST</code> · <kbd>Esc</kbd>");"""));
        Assert.Empty(Found("""b.AddAttribute(1, "class", "btn primary"); b.AddContent(2, L["Saved."]); log.LogInformation("All is well."); throw new StorageException("It is gone.");"""));
    }

    private static void None(IEnumerable<string> found) => Assert.True(!found.Any(), string.Join('\n', found));

    private static IEnumerable<string> Found(string statement) => new SpokenCode("x", $"class A {{ void M() {{ {statement} }} }}").HardCoded();

    private HashSet<string> Asked() => [.. source.Files.SelectMany(file => file.Asked()), .. source.Mud.Keys, .. Shipped(), .. OfNodes()];

    /// <summary>What the projects below say. Those without a word of their own, e.g. names in quotes, may have a translation.</summary>
    private IEnumerable<string> Said() => source.Said.SelectMany(project => project.Formats);

    /// <summary>The templates that come with Designer are shown in the person's language.</summary>
    private static IEnumerable<string> Shipped() => new ShippedTemplates(NullLogger<ShippedTemplates>.Instance).All
        .SelectMany(template => template.Document.Slots.Values.Select(slot => slot.Description).Append(template.Name).Append(template.Description)).OfType<string>();

    /// <summary>What the node types say of themselves.</summary>
    private List<string> OfNodes()
    {
        List<string> texts = [];
        foreach (NodeDescriptor type in source.NodeTypes)
            NodeWords.Say(type, text =>
            {
                if (Letters().IsMatch(Setting().Replace(text, ""))) texts.Add(text);
                return text;
            });
        return texts;
    }

    private static IEnumerable<string> Values(string sentence) => Hole().Matches(sentence).Select(hole => hole.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\p{L}")]
    private static partial Regex Letters();

    /// <summary>A node's summary names settings in braces.</summary>
    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\{\d[^}]*\}")]
    private static partial Regex Hole();
}
