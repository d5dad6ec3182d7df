using System.Text;
using System.Text.Json;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>A chat node that remembers its answers, from one process to the next.</summary>
public sealed class RememberingTests
{
    [Fact]
    public async Task The_second_run_takes_the_first_ones_answer_and_its_trace_says_so()
    {
        using Cli cli = new();
        await using ModelServer server = await ModelServer.StartAsync(asksForKey: false);
        (await cli.RunAsync("model", "add", "quick", "--endpoint", server.Endpoint, "--model", "quick", "--private", "--input-price", "100", "--output-price", "100")).Succeeded();
        string plain = cli.File("plain.flow.json", Documents.Chatting);
        string file = cli.File("remembering.flow.json", Documents.Chatting.Replace("\"model\": \"@slot:model\",", "\"model\": \"@slot:model\", \"rememberMinutes\": 60,", StringComparison.Ordinal));

        JsonElement first = await CallOfAsync(cli, file), second = await CallOfAsync(cli, file);

        Assert.False(first.TryGetProperty("fromCache", out _));
        Assert.True(first.GetProperty("cost").GetDecimal() > 0);
        Assert.True(second.GetProperty("fromCache").GetBoolean());
        Assert.Equal((0m, 0L, 0L), (second.GetProperty("cost").GetDecimal(), second.GetProperty("inputTokens").GetInt64(), second.GetProperty("outputTokens").GetInt64()));
        Assert.Equal(1, server.Calls);
        Assert.False((await CallOfAsync(cli, plain)).TryGetProperty("fromCache", out _));
        Assert.Equal(2, server.Calls);
        byte[] kept = await File.ReadAllBytesAsync(Path.Combine(cli.Data, "cache.db"));
        Assert.DoesNotContain("First second.", Encoding.Latin1.GetString(kept), StringComparison.Ordinal);

        cli.Environment["DESIGNER_cache__megabytes"] = "0";
        Assert.False((await CallOfAsync(cli, file)).TryGetProperty("fromCache", out _));
        cli.Environment.Clear();
        // A changed connection may answer otherwise.
        (await cli.RunAsync("model", "edit", "quick", "--timeout", "30")).Succeeded();
        Assert.False((await CallOfAsync(cli, file)).TryGetProperty("fromCache", out _));
    }

    /// <summary>Runs the flow and gives what its trace says of the one call of a model.</summary>
    private static async Task<JsonElement> CallOfAsync(Cli cli, string file)
    {
        CommandResult run = (await cli.RunAsync("flow", "run", file, "--slot", "model=quick", "--json", "--trace")).Succeeded();
        Assert.Equal("First second.", run.Json.GetProperty("output").GetProperty("text").GetString());
        return Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
            .SelectMany(e => e.TryGetProperty("data", out JsonElement data) && data.TryGetProperty("calls", out JsonElement calls) ? calls.EnumerateArray().ToArray() : []));
    }
}
