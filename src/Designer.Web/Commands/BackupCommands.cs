using System.CommandLine;
using Designer.Storage;

namespace Designer.Web.Commands;

/// <summary><c>backup</c> and <c>restore</c>: the whole data folder as one file, and back.</summary>
internal static class BackupCommands
{
    private static readonly Argument<string> s_file = new("FILE") { Description = "The backup, a zip file" };

    public static IEnumerable<Command> Create() =>
    [
        new Command("backup", "Write the whole data folder into one file, also while a server runs. It holds the encryption keys: keep it safe.") { s_file }.Does(BackupAsync),
        new Command("restore", "Make the data folder from a backup. The folder must be new or empty.") { s_file }.Does(RestoreAsync),
    ];

    private static async Task BackupAsync(Session session)
    {
        string file = Path.GetFullPath(session.Value(s_file));
        if (Directory.Exists(file)) throw new CommandFailure($"{file} exists already.");
        // A backup of nothing would be taken for one of something.
        if (!Directory.Exists(session.Host.Storage.DataFolder)) throw new CommandFailure($"There is no data folder {session.Host.Storage.DataFolder}.");
        await (await session.GetAsync<Backup>()).BackupAsync(file, session.Stop);
        long size = new FileInfo(file).Length;
        if (session.WantsJson) session.Terminal.Json(new { file, bytes = size });
        else session.Terminal.Line($"Wrote {file} ({size:N0} bytes).");
    }

    private static async Task RestoreAsync(Session session)
    {
        string folder = session.Host.Storage.DataFolder;
        await Backup.RestoreAsync(Path.GetFullPath(session.Value(s_file)), folder, session.Stop);
        if (session.WantsJson) session.Terminal.Json(new { folder });
        else session.Terminal.Line($"Restored {folder}.");
    }
}
