using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>Credentials on the command line: from standard input into a slot, and shown by nothing.</summary>
public sealed class CredentialTests
{
    private const string Secret = "sk-of-the-crm";

    [Fact]
    public async Task A_secret_is_stored_bound_used_replaced_and_removed_and_never_shown()
    {
        await using WebApplication crm = await GuardedAsync();
        string host = new Uri(crm.Urls.First()).Authority;
        using Cli cli = new() { Environment = { ["DESIGNER_NETWORK__ALLOW"] = host } };
        string file = cli.File("calling.flow.json", Documents.Calling.Replace("HOST", host, StringComparison.Ordinal));
        (await cli.RunAsync("flow", "run", file, "--slot", "api=crm")).Refused("There is no credential \"crm\". \"credential list\" shows all.");
        (await cli.SendAsync("short\n", "credential", "add", "crm")).Refused("at least 6");
        (await cli.SendAsync("old-secret\n", "credential", "add", "crm", "--description", "Customers")).Succeeded();
        (await cli.SendAsync(Secret, "credential", "add", "crm")).Refused("--replace");
        (await cli.SendAsync(Secret, "credential", "add", "other", "--replace")).Refused("There is no credential \"other\".");
        Assert.Equal("refused\n", (await cli.RunAsync("flow", "run", file, "--slot", "api=crm")).Succeeded().Out);
        CommandResult replaced = (await cli.SendAsync(Secret + "\n", "credential", "add", "crm", "--replace", "--json")).Succeeded();

        CommandResult run = (await cli.RunAsync("flow", "run", file, "--slot", "api=crm", "--trace")).Succeeded();
        CommandResult show = (await cli.RunAsync("flow", "run", file, "--slot", "api=crm", "--trace", "--json")).Succeeded();
        CommandResult list = (await cli.RunAsync("credential", "list", "--json")).Succeeded();

        Assert.Equal("welcome, Bearer [secret]\n", run.Out);
        JsonElement line = Assert.Single(list.Json.EnumerateArray());
        Assert.Equal(("crm", "Customers"), (line.GetProperty("name").GetString(), line.GetProperty("description").GetString()));
        foreach (CommandResult result in new[] { replaced, run, show, list }) Assert.DoesNotContain(Secret, result.Out + result.Error);
        (await cli.RunAsync("credential", "remove", "crm")).Succeeded();
        (await cli.RunAsync("credential", "remove", "crm")).Refused("There is no credential \"crm\".");
    }

    /// <summary>A system that opens to the right secret, and quotes it.</summary>
    private static async Task<WebApplication> GuardedAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapGet("/", (HttpRequest request) => request.Headers.Authorization == $"Bearer {Secret}" ? $"welcome, {request.Headers.Authorization}" : "refused");
        await app.StartAsync();
        return app;
    }
}
