using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>Steps that wait for a person, and a server that works on the same folder.</summary>
public sealed partial class WaitingTests
{
    [Fact]
    public async Task A_run_that_waits_says_how_to_answer_and_goes_on_in_another_process()
    {
        using Cli cli = new();
        string file = cli.File("approving.flow.json", Documents.Approving);
        CommandResult waits = await cli.RunAsync("flow", "run", file, "--input", """{"letter":"Dear Ada"}""");
        Assert.Equal((3, ""), (waits.ExitCode, waits.Out));
        Assert.Contains("Send this letter?\nDear Ada\n", waits.Error);
        Match answer = Answer().Match(waits.Error);
        string id = answer.Groups[1].Value;
        Assert.Equal("approve", answer.Groups[2].Value);

        JsonElement row = Assert.Single((await cli.RunAsync("run", "list", "--state", "waiting", "--json")).Succeeded().Json.EnumerateArray());
        Assert.Equal(id, row.GetProperty("runId").GetString());
        JsonElement shown = (await cli.RunAsync("run", "show", id, "--json")).Succeeded().Json;
        Assert.Equal("approve", shown.GetProperty("waiting")[0].GetProperty("step").GetString());
        (await cli.RunAsync("run", "answer", id, "approve", "burn")).Refused("\"burn\" is not one of send, discard");
        (await cli.RunAsync("run", "answer", id, "other", "send")).Refused("does not wait");
        Assert.Equal("Sent: Dear Ada\n", (await cli.RunAsync("run", "answer", id, "approve", "send")).Succeeded().Out);
        (await cli.RunAsync("run", "answer", id, "approve", "send")).Refused("answered already");
        (await cli.RunAsync("run", "cancel", id)).Refused("has ended already");
    }

    [Fact]
    public async Task A_waiting_run_is_cancelled()
    {
        using Cli cli = new();
        string file = cli.File("approving.flow.json", Documents.Approving);
        CommandResult waits = await cli.RunAsync("flow", "run", file, "--input", """{"letter":"x"}""", "--json");
        Assert.Equal(3, waits.ExitCode);
        Assert.Equal("waiting", waits.Json.GetProperty("status").GetString());
        string id = waits.Json.GetProperty("runId").GetString()!;
        Assert.Equal("cancelled", (await cli.RunAsync("run", "cancel", id, "--json")).Succeeded().Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Server_and_command_line_work_on_one_folder()
    {
        using Cli cli = new();
        string file = cli.File("approving.flow.json", Documents.Approving);
        (await cli.SendAsync(Cli.Password, "user", "add", "mara@example.org", "--role", "owner")).Succeeded();
        (await cli.RunAsync("flow", "publish", file)).Succeeded();
        string key = (await cli.RunAsync("key", "create", "--flow", "approving", "--approve")).Succeeded().Out.Trim();
        await using CliServer server = await CliServer.StartAsync(cli);
        // The command line has set it up: there is no code to enter.
        Assert.DoesNotContain("First start", server.FirstLines);
        using HttpClient http = new() { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        // The server starts, the command line answers.
        using HttpResponseMessage started = await http.PostAsJsonAsync("api/v1/flows/approving/runs", new { input = new { letter = "Dear Tom" } });
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        string id = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("runId").GetString()!;
        Assert.Equal("Sent: Dear Tom\n", (await cli.RunAsync("run", "answer", id, "approve", "send")).Succeeded().Out);
        JsonElement ended = await http.GetFromJsonAsync<JsonElement>($"api/v1/runs/{id}");
        Assert.Equal(("completed", "Sent: Dear Tom"), (ended.GetProperty("status").GetString(), ended.GetProperty("output").GetProperty("text").GetString()));

        // The command line starts, a member sees and answers it in the browser's way.
        CommandResult waits = await cli.RunAsync("flow", "run", "approving", "--input", """{"letter":"Dear Eve"}""", "--json");
        string other = waits.Json.GetProperty("runId").GetString()!;
        using HttpClient member = await SignInAsync(server.Address);
        Assert.Equal("waiting", (await member.GetFromJsonAsync<JsonElement>($"api/editor/runs/{other}")).GetProperty("state").GetString());
        using HttpResponseMessage answered = await member.PostAsJsonAsync($"api/editor/runs/{other}/answer", new { step = "approve", decision = "discard" });
        Assert.True(answered.IsSuccessStatusCode, await answered.Content.ReadAsStringAsync());
        await using Stream events = await member.GetStreamAsync($"api/editor/runs/{other}/events");
        using StreamReader lines = new(events);
        Assert.Contains("run.completed", await lines.ReadToEndAsync());
        Assert.Contains("Not sent.", (await cli.RunAsync("run", "show", other)).Succeeded().Out);
    }

    private static async Task<HttpClient> SignInAsync(Uri address)
    {
        HttpClient http = new(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = address };
        http.DefaultRequestHeaders.Add("Origin", address.GetLeftPart(UriPartial.Authority));
        string form = await http.GetStringAsync("signin");
        Dictionary<string, string> fields = Hidden().Matches(form).GroupBy(m => m.Groups[1].Value).ToDictionary(g => g.Key, g => g.Last().Groups[2].Value);
        fields["Form.Email"] = "mara@example.org";
        fields["Form.Password"] = Cli.Password;
        using FormUrlEncodedContent content = new(fields);
        using HttpResponseMessage signedIn = await http.PostAsync("signin", content);
        Assert.True(signedIn.IsSuccessStatusCode);
        return http;
    }

    [GeneratedRegex("""run answer ([0-9a-f-]{36}) (\S+) send\|discard""")]
    private static partial Regex Answer();

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)""")]
    private static partial Regex Hidden();
}
