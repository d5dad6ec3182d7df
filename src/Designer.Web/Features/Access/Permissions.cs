using System.Text;
using Designer.Storage;

namespace Designer.Web.Features.Access;

/// <summary>
/// The one table of who may do what. Pages and endpoints name a permission; the policy of that name asks this table.
/// docs/permissions.md is <see cref="ToMarkdown"/>, and a test holds the two together.
/// </summary>
public static class Permissions
{
    public const string Read = "read";
    public const string Run = "run";
    public const string Approve = "approve";
    public const string Keys = "keys";
    public const string Flows = "flows";
    public const string Knowledge = "knowledge";
    public const string Models = "models";
    public const string Playground = "playground";
    public const string Members = "members";
    public const string Settings = "settings";

    /// <summary>Each permission with what it lets people do, in the order of the docs.</summary>
    public static readonly IReadOnlyList<(string Permission, string Meaning)> All =
    [
        (Read, Words.Key("See flows, templates, knowledge bases, models, runs and members")),
        (Run, Words.Key("Start runs, chat, cancel own runs")),
        (Approve, Words.Key("Answer steps that wait for a person")),
        (Keys, Words.Key("Create and revoke API keys of endpoints")),
        (Flows, Words.Key("Create, change, publish, import, export and delete flows; save templates")),
        (Knowledge, Words.Key("Create knowledge bases, add and delete documents")),
        (Models, Words.Key("Connect, test and remove models and credentials")),
        (Playground, Words.Key("Ask models directly in the playground")),
        (Members, Words.Key("Invite and remove members, change roles, make password links")),
        (Settings, Words.Key("Change the workspace's settings; read folders of the server into a knowledge base")),
    ];

    private static readonly Dictionary<Role, string[]> s_table = new()
    {
        [Role.Owner] = [Read, Run, Approve, Keys, Flows, Knowledge, Models, Playground, Members, Settings],
        [Role.Editor] = [Read, Run, Flows, Knowledge, Models, Playground],
        [Role.Operator] = [Read, Run, Approve, Keys],
        [Role.Viewer] = [Read, Run],
    };

    public static bool Allows(Role role, string permission) => s_table.TryGetValue(role, out string[]? granted) && granted.Contains(permission);

    public static string NameOf(Role role) => role switch
    {
        Role.Owner => Words.Key("owner"),
        Role.Editor => Words.Key("editor"),
        Role.Operator => Words.Key("operator"),
        _ => Words.Key("viewer"),
    };

    /// <summary>What a role is for, as people choose it.</summary>
    public static string MeaningOf(Role role) => role switch
    {
        Role.Owner => Words.Key("Everything, members and settings included"),
        Role.Editor => Words.Key("Draws and publishes flows, keeps knowledge and models"),
        Role.Operator => Words.Key("Runs flows, answers waiting steps, keeps API keys"),
        _ => Words.Key("Looks at everything and runs flows"),
    };

    public static string ToMarkdown()
    {
        Role[] roles = Enum.GetValues<Role>();
        var text = new StringBuilder("# Roles and permissions\n\nGenerated from `Features/Access/Permissions.cs`, the table that the app itself asks.\n\n");
        text.Append("| Permission | What it allows | ").AppendJoin(" | ", roles.Select(NameOf)).Append(" |\n|---|---|").Append(string.Concat(roles.Select(_ => ":-:|"))).Append('\n');
        foreach ((string permission, string meaning) in All)
            text.Append("| ").Append(permission).Append(" | ").Append(meaning).Append(" | ")
                .AppendJoin(" | ", roles.Select(role => Allows(role, permission) ? "✓" : "–")).Append(" |\n");
        text.Append("\nAn API key belongs to one flow and carries `run` and, if wished, `approve`; it never acts as a member.\n");
        return text.ToString();
    }
}
