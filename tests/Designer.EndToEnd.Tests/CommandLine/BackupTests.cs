namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>The whole data folder as one file, and back.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_brings_everything_back()
    {
        using Cli cli = new();
        string file = cli.File("greeting.flow.json", Documents.Greeting);
        (await cli.RunAsync("backup", "early.zip")).Refused("There is no data folder");
        (await cli.RunAsync("flow", "publish", file)).Succeeded();
        string key = (await cli.RunAsync("key", "create", "--flow", "greeting")).Succeeded().Out.Trim();
        (await cli.RunAsync("flow", "run", "greeting", "--input", """{"who":"Ada"}""")).Succeeded();
        Assert.True((await cli.RunAsync("backup", "all.zip", "--json")).Succeeded().Json.GetProperty("bytes").GetInt64() > 0);
        (await cli.RunAsync("backup", "all.zip")).Refused("exists already");
        (await cli.RunAsync("restore", "all.zip")).Refused("is not empty");

        string other = cli.Data + "-2";
        (await cli.RunAsync("restore", "all.zip", "--data", other)).Succeeded();
        Assert.Single((await cli.RunAsync("run", "list", "--json", "--data", other)).Succeeded().Json.EnumerateArray());
        Assert.Contains("greeting", (await cli.RunAsync("flow", "list", "--data", other)).Succeeded().Out);
        (await cli.RunAsync("key", "revoke", key, "--data", other)).Succeeded();
        cli.File("plain.zip", "no zip file");
        (await cli.RunAsync("restore", "plain.zip", "--data", cli.Data + "-3")).Refused("no backup of Designer");
        Assert.False(Directory.Exists(cli.Data + "-3"));
    }
}
