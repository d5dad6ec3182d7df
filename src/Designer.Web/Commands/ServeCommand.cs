using System.CommandLine;
using Designer.Web.Hosting;

namespace Designer.Web.Commands;

/// <summary><c>serve</c>, and the program without a command.</summary>
internal static class ServeCommand
{
    private static readonly Option<string?> s_urls = new("--urls")
    {
        HelpName = "URLS",
        Description = $"Where to listen, separated by semicolons. Also DESIGNER_URLS. Default: {DesignerHost.DefaultUrl}",
    };

    private static readonly Option<string?> s_proxies = new("--proxies")
    {
        HelpName = "ADDRESSES",
        Description = "Addresses or networks of reverse proxies to believe, separated by commas. Also DESIGNER_PROXIES",
    };

    private static readonly Option<string?> s_environment = new("--environment") { HelpName = "NAME", Description = "Production (default) or Development" };

    public static void AddTo(RootCommand root)
    {
        Command serve = new("serve", "Serve the web app and the API until Ctrl+C. On a fresh data folder it prints the one-time code of the first sign-in.");
        root.Add(serve);
        foreach (Command command in (Command[])[root, serve])
        {
            foreach (Option<string?> option in (Option<string?>[])[s_urls, s_proxies, s_environment]) command.Add(option);
            command.SetAction((arguments, stop) => CommandRunner.GuardAsync(Terminal.Standard, () => ServeAsync(arguments), stop));
        }
    }

    private static async Task<int> ServeAsync(ParseResult arguments)
    {
        List<string> settings = [];
        foreach (Option<string?> option in (Option<string?>[])[SharedOptions.Data, SharedOptions.Postgres, s_urls, s_proxies, s_environment])
            if (arguments.GetValue(option) is { } value) settings.AddRange([option.Name, value]);
        await using WebApplication app = DesignerHost.Create([.. settings]);
        await app.RunAsync();
        return ExitCode.Done;
    }
}
