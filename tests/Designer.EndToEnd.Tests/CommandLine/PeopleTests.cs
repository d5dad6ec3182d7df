using System.Text.Json;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>People and knowledge from the command line.</summary>
public sealed class PeopleTests
{
    [Fact]
    public async Task The_first_person_owns_what_was_there_and_the_next_ones_join()
    {
        using Cli cli = new();
        string file = cli.File("greeting.flow.json", Documents.Greeting);
        (await cli.RunAsync("flow", "import", file)).Succeeded();
        (await cli.SendAsync("short\n", "user", "add", "mara@example.org", "--role", "owner")).Refused("at least 10 characters");
        (await cli.SendAsync("aaaaaaaaaaaa\n", "user", "add", "mara@example.org", "--role", "owner")).Refused("different characters");
        (await cli.SendAsync("", "user", "add", "mara@example.org", "--role", "owner")).Refused("first line of standard input");
        (await cli.SendAsync(Cli.Password, "user", "add", "no address", "--role", "owner")).Refused("e-mail address");
        (await cli.SendAsync(Cli.Password, "user", "add", "mara@example.org", "--role", "viewer")).Refused("The first person must be an owner");
        CommandResult first = (await cli.SendAsync(Cli.Password + "\n", "user", "add", "mara@example.org", "--role", "owner", "--json")).Succeeded();
        Assert.Equal("owner", first.Json.GetProperty("role").GetString());
        (await cli.SendAsync(Cli.Password, "user", "add", "MARA@example.org", "--role", "editor")).Refused("has an account already");
        CommandResult second = (await cli.SendAsync(Cli.Password, "user", "add", "tom@example.org", "--role", "operator", "--name", "Tom")).Succeeded();
        Assert.Contains("tom@example.org is an operator of", second.Out);

        JsonElement people = (await cli.RunAsync("user", "list", "--json")).Succeeded().Json;
        Assert.Equal(["mara@example.org owner", "tom@example.org operator"], people.EnumerateArray().Select(p => $"{p.GetProperty("email").GetString()} {p.GetProperty("role").GetString()}"));
        Assert.Contains((await cli.RunAsync("flow", "list", "--json")).Succeeded().Json.EnumerateArray(), flow => flow.GetProperty("slug").GetString() == "greeting");
    }

    [Fact]
    public async Task Documents_are_added_file_by_file_and_found()
    {
        using Cli cli = new();
        string folder = Path.GetDirectoryName(cli.File("docs/leave.md", Documents.Handbook))!;
        string note = cli.File("note.txt", "The coffee machine stands on the third floor.");
        string image = cli.File("image.md", "\0\0\0\0binary\0");
        Assert.Equal("office", (await cli.RunAsync("kb", "create", "Office", "--json")).Succeeded().Json.GetProperty("slug").GetString());
        (await cli.RunAsync("kb", "create", "Office")).Refused("There is a knowledge base \"Office\" already.");

        CommandResult add = await cli.RunAsync("kb", "add", "Office", folder, note, image, "gone.md", "--json");
        add.Refused("2 of 4 files were refused");
        Assert.Equal(["leave.md added", "note.txt added", "image.md refused", "gone.md refused"],
            add.Json.EnumerateArray().Select(r => $"{Path.GetFileName(r.GetProperty("path").GetString())} {(r.TryGetProperty("outcome", out JsonElement outcome) ? outcome.GetString() : "refused")}"));
        Assert.Contains("unchanged", (await cli.RunAsync("kb", "add", "office", note)).Succeeded().Out);

        JsonElement found = (await cli.RunAsync("kb", "search", "Office", "Where is the coffee machine?", "--top", "1", "--json")).Succeeded().Json;
        Assert.Contains("third floor", Assert.Single(found.EnumerateArray()).GetProperty("text").GetString());
        Assert.Contains("note.txt", (await cli.RunAsync("kb", "search", "Office", "coffee machine")).Succeeded().Out);
        Assert.Equal(2, Assert.Single((await cli.RunAsync("kb", "list", "--json")).Succeeded().Json.EnumerateArray()).GetProperty("documents").GetInt32());
    }
}
