using System.CommandLine;

namespace Designer.Web.Commands;

/// <summary>Options that many commands take.</summary>
internal static class SharedOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        HelpName = "FOLDER",
        Recursive = true,
        Description = "Where everything is kept; made if it is missing. Also DESIGNER_DATA. Default: ./data",
    };

    public static readonly Option<string?> Postgres = new("--postgres")
    {
        HelpName = "CONNECTION",
        Recursive = true,
        Description = "Keep rows and runs in this PostgreSQL database instead. Better as DESIGNER_POSTGRES, as it holds a password",
    };

    public static readonly Option<string?> Workspace = new("--workspace")
    {
        HelpName = "NAME",
        Recursive = true,
        Description = "Which workspace, where several exist",
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Recursive = true,
        Description = "Print the result as JSON",
    };

    public static Option<string[]> Slots(string description) => new("--slot")
    {
        HelpName = "NAME=VALUE",
        Description = description,
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    };
}
