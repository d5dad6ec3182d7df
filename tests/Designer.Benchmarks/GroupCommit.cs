using Microsoft.Data.Sqlite;

namespace Designer.Benchmarks;

/// <summary>The least that a durable record costs: one thread, prepared statements, WAL, <c>synchronous=FULL</c>, one commit for all that has queued up.</summary>
internal sealed class GroupCommit : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly Thread thread;
    private readonly object gate = new();
    private List<Item> queue = [];
    private bool isClosed;

    private sealed record Item(Guid Run, int Rows, string Text, TaskCompletionSource Done);

    public GroupCommit(string file)
    {
        connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
        Execute("CREATE TABLE events (run BLOB NOT NULL, seq INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (run, seq)) WITHOUT ROWID");
        insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO events (run, seq, data) VALUES ($run, $seq, $data)";
        foreach (string name in (string[])["$run", "$seq", "$data"]) insert.Parameters.Add(new SqliteParameter(name, null));
        insert.Parameters[0].SqliteType = SqliteType.Blob;
        insert.Prepare();
        thread = new Thread(Loop) { IsBackground = true };
        thread.Start();
    }

    public Task AppendAsync(Guid run, int rows, string text)
    {
        Item item = new(run, rows, text, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            queue.Add(item);
            Monitor.Pulse(gate);
        }
        return item.Done.Task;
    }

    private void Loop()
    {
        List<Item> taken = [];
        while (true)
        {
            lock (gate)
            {
                while (queue.Count == 0)
                {
                    if (isClosed) return;
                    Monitor.Wait(gate);
                }
                (taken, queue) = (queue, taken);
            }
            Execute("BEGIN");
            foreach (Item item in taken)
            {
                insert.Parameters[0].Value = item.Run.ToByteArray();
                insert.Parameters[2].Value = item.Text;
                for (int seq = 0; seq < item.Rows; seq++)
                {
                    insert.Parameters[1].Value = seq;
                    insert.ExecuteNonQuery();
                }
            }
            Execute("COMMIT");
            foreach (Item item in taken) item.Done.SetResult();
            taken.Clear();
        }
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            Monitor.Pulse(gate);
        }
        thread.Join();
        insert.Dispose();
        connection.Dispose();
    }
}
