using System.Text.Json;
using System.Text.RegularExpressions;

namespace Designer.Models.Tests.Extractive;

/// <summary>Questions of PubMedQA over ten mixed abstracts: how often the quoted sentences come from the abstract the question was written for.</summary>
public sealed partial class PubMedTests(ITestOutputHelper output)
{
    private const int Questions = 200;
    private const int Mixed = 10;
    private const double Floor = 0.85;

    [Fact]
    public void Most_quotes_come_from_the_right_abstract()
    {
        var folder = Repository.Dataset("pubmedqa-l");
        if (folder is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "The shared data set pubmedqa-l is missing.");
            Assert.Skip("The data set pubmedqa-l is not there: put its ori_pqal.json (github.com/pubmedqa/pubmedqa) into ../shared/datasets/pubmedqa-l beside the checkout.");
        }
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder!, "ori_pqal.json")));
        var cases = json.RootElement.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Take(Questions + Mixed)
            .Select(p => (Question: p.Value.GetProperty("QUESTION").GetString()!, Abstract: p.Value.GetProperty("CONTEXTS").EnumerateArray().Select(c => c.GetString()!).ToArray())).ToArray();

        int right = 0, quotes = 0, firstRight = 0, silent = 0;
        for (var i = 0; i < Questions; i++)
        {
            // The right abstract stands at a different place each time.
            var order = Enumerable.Range(0, Mixed).Select(k => i + (k + i) % Mixed).ToArray();
            var chunks = order.SelectMany(c => cases[c].Abstract.Select(text => (Case: c, Chunk: new TestChunk("", text)))).ToArray();
            var marks = Mark().Matches(Prompts.Ask(cases[i].Question, [.. chunks.Select(c => c.Chunk)])).Select(m => chunks[int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) - 1].Case == i).ToArray();
            quotes += marks.Length;
            right += marks.Count(m => m);
            if (marks.Length == 0) silent++;
            else if (marks[0]) firstRight++;
        }

        output.WriteLine($"{Questions} questions, {Mixed} abstracts each: {(double)right / quotes:P1} of {quotes} quotes and {(double)firstRight / Questions:P1} of the first quotes from the right abstract, {silent} without an answer.");
        Assert.True(right >= Floor * quotes, $"{right} of {quotes}");
        Assert.True(firstRight >= Floor * Questions, $"{firstRight} of {Questions}, {silent} silent");
    }

    [GeneratedRegex(@"\[(\d+)\]")]
    private static partial Regex Mark();
}
