using System.Text.Json;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>The shipped templates, run as the README says: on an empty folder, by the embedded model.</summary>
public sealed class TemplateTests
{
    private static readonly string s_workflows = Path.Combine(AppContext.BaseDirectory, "workflows");

    private static string File(string slug) => Path.Combine(s_workflows, slug, $"{slug}.flow.json");

    [Fact]
    public async Task The_handbook_answers_with_citations()
    {
        using Cli cli = new();
        string[] ask = ["flow", "run", File("ask-the-handbook"), "--slot", $"handbook={Path.Combine(s_workflows, "ask-the-handbook", "handbook")}", "--input", """{"question":"How many days can I carry over?"}"""];
        CommandResult first = (await cli.RunAsync(ask)).Succeeded();
        Assert.Contains("five days", first.Out);
        Assert.Matches(@"(?m)^\[1\] .*Carry-over", first.Out);
        Assert.Empty(first.Error);
        JsonElement output = (await cli.RunAsync([.. ask, "--json"])).Succeeded().Json.GetProperty("output");
        Assert.Contains("five days", output.GetProperty("text").GetString());
        Assert.NotEmpty(output.GetProperty("citations").EnumerateArray());
    }

    [Fact]
    public async Task The_others_run_or_say_what_they_need()
    {
        using Cli cli = new();
        CommandResult route = (await cli.RunAsync("flow", "run", File("route-the-question"), "--input", """{"question":"I was charged twice, please refund the second payment"}""", "--json")).Succeeded();
        Assert.Equal("billing", route.Json.GetProperty("output").GetProperty("team").GetString());
        CommandResult title = (await cli.RunAsync("flow", "run", Path.GetDirectoryName(File("summarise-and-title"))!, "--input", """{"text":"The council decided to build a bridge. It will carry trams."}""")).Succeeded();
        Assert.Contains("bridge", title.Out);
        CommandResult letter = await cli.RunAsync("flow", "run", File("approve-before-sending"), "--input", """{"customer":"Ada","message":"Two cups were broken."}""", "--json");
        Assert.Equal(3, letter.ExitCode);
        JsonElement waiting = letter.Json.GetProperty("waiting")[0];
        string[] answer = ["run", "answer", letter.Json.GetProperty("runId").GetString()!, waiting.GetProperty("step").GetString()!, waiting.GetProperty("decisions")[0].GetString()!];
        Assert.NotEmpty((await cli.RunAsync(answer)).Succeeded().Out);
        string handbook = Path.Combine(s_workflows, "ask-the-handbook", "handbook");
        (await cli.RunAsync("flow", "run", File("assistant-with-tools"), "--slot", $"handbook={handbook}", "--input", """{"question":"What is 3 times 4?"}""")).Refused("model.noTools");
    }
}
