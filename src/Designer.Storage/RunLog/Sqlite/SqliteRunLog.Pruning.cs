using Designer.Engine;

namespace Designer.Storage;

public sealed partial class SqliteRunLog
{
    /// <summary>So that pruning a year's runs never holds up a commit for long.</summary>
    private const int PrunedAtOnce = 200;

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, CancellationToken cancellation)
    {
        long before = endedBefore.UtcTicks;
        int pruned = 0;
        foreach (byte[] workspace in Workspaces())
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                int some = await WriteAsync(session => PruneSome(session, workspace, before));
                pruned += some;
                if (some < PrunedAtOnce) break;
            }
        }
        await WriteAsync(session => PruneConversations(session, before));
        return pruned;
    }

    // Jumps from workspace to workspace in the index instead of reading it through.
    private List<byte[]> Workspaces()
    {
        List<byte[]> found = [];
        byte[] last = [];
        while (true)
        {
            using Query query = new(_reading, "SELECT workspace FROM runs WHERE workspace > $1 ORDER BY workspace LIMIT 1", last);
            if (!query.Read()) return found;
            found.Add(last = query.Blob(0).ToArray());
        }
    }

    private static int PruneSome(SqliteRunWriter.Session session, byte[] workspace, long before)
    {
        List<long> runs = [];
        using (Statement find = session.Temporary("SELECT no FROM runs WHERE workspace = ?1 AND started_at < ?2 AND ended_at < ?2 LIMIT ?3"))
        {
            find.BindBlob(1, workspace);
            find.Bind(2, before);
            find.Bind(3, (long)PrunedAtOnce);
            while (find.Step()) runs.Add(find.Int64(0));
        }
        foreach (string sql in (string[])["DELETE FROM run_events WHERE run = ?1", "DELETE FROM inbox WHERE run = ?1", "DELETE FROM idempotency WHERE run = ?1", "DELETE FROM runs WHERE no = ?1"])
        {
            using Statement delete = session.Temporary(sql);
            foreach (long run in runs)
            {
                delete.Bind(1, run);
                delete.Run();
            }
        }
        return runs.Count;
    }

    private static int PruneConversations(SqliteRunWriter.Session session, long before)
    {
        using Statement delete = session.Temporary("DELETE FROM conversations WHERE updated_at < ?1");
        delete.Bind(1, before);
        delete.Run();
        return session.Changes;
    }
}
