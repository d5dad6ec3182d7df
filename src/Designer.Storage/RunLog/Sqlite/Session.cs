using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Designer.Storage;

internal sealed partial class SqliteRunWriter
{
    /// <summary>The writing connection with its prepared statements.</summary>
    internal sealed class Session : IDisposable
    {
        private const int PageSize = 8192;
        private const int CheckpointPages = 4000;
        private readonly SqliteConnection _connection;
        private readonly sqlite3 _db;
        private readonly List<Statement> _statements = [];
        private readonly Dictionary<string, long> _versions = [];

        public Session(string file, SqliteRunLogOptions options)
        {
            _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
            try
            {
                _connection.Open();
                _db = _connection.Handle!;
                raw.sqlite3_busy_timeout(_db, (int)options.LockWait.TotalMilliseconds);
                Execute($"PRAGMA page_size = {PageSize}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {CheckpointPages}; PRAGMA cache_size = -32768");
                if (options.MostBytes is { } most) Execute($"PRAGMA max_page_count = {Math.Max(1, most / PageSize)}");
                Prepare();
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public Statement Begin { get; private set; } = null!;
        public Statement Commit { get; private set; } = null!;
        public Statement FindKey { get; private set; } = null!;
        public Statement FindBusy { get; private set; } = null!;
        public Statement InsertRun { get; private set; } = null!;
        public Statement InsertKey { get; private set; } = null!;
        public Statement FindEpoch { get; private set; } = null!;
        public Statement UpdateRun { get; private set; } = null!;
        public Statement Release { get; private set; } = null!;
        public Statement InsertEvents { get; private set; } = null!;
        public Statement SaveConversation { get; private set; } = null!;
        public Statement FindClaim { get; private set; } = null!;
        public Statement Claim { get; private set; } = null!;
        public Statement Post { get; private set; } = null!;
        public Statement FindVersion { get; private set; } = null!;
        public Statement SaveVersion { get; private set; } = null!;

        private void Prepare()
        {
            Begin = New("BEGIN IMMEDIATE");
            Commit = New("COMMIT");
            CreateTables();
            FindKey = New("SELECT r.id, k.body FROM idempotency k JOIN runs r ON r.no = k.run WHERE k.scope = ?1 AND k.key = ?2");
            FindBusy = New("SELECT 1 FROM runs WHERE flow = ?1 AND conversation = ?2 AND ended_at IS NULL");
            InsertRun = New("""
                INSERT INTO runs (id, workspace, flow, version, version_no, state, started_at, ended_at, conversation, trigger, started_by, epoch, owner,
                  wake_at, input_tokens, output_tokens, cost, model_calls, count, error, input, output, events)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
                """);
            InsertKey = New("INSERT INTO idempotency (scope, key, body, run) VALUES (?1, ?2, ?3, ?4)");
            FindEpoch = New("""
                SELECT no, epoch, flow, coalesce((SELECT first_seq + count FROM run_events WHERE run = no ORDER BY first_seq DESC LIMIT 1), count + 1)
                FROM runs WHERE id = ?1
                """);
            UpdateRun = New("""
                UPDATE runs SET state = ?2, ended_at = ?3, wake_at = ?4, input_tokens = ?5, output_tokens = ?6, cost = ?7, model_calls = ?8, error = ?9, output = ?10
                WHERE no = ?1
                """);
            Release = New("UPDATE runs SET owner = NULL, inbox_read = max(inbox_read, ?2) WHERE no = ?1");
            InsertEvents = New("INSERT INTO run_events (run, first_seq, count, events) VALUES (?1, ?2, ?3, ?4)");
            SaveConversation = New("""
                INSERT INTO conversations (flow, id, updated_at, data) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (flow, id) DO UPDATE SET updated_at = excluded.updated_at, data = excluded.data
                """);
            FindClaim = New("SELECT no, ended_at, owner, epoch FROM runs WHERE id = ?1");
            Claim = New("UPDATE runs SET owner = ?2, epoch = ?3 WHERE no = ?1");
            Post = New("INSERT OR IGNORE INTO inbox (run, step, item) SELECT no, ?2, ?3 FROM runs WHERE id = ?1 AND ended_at IS NULL RETURNING no");
            FindVersion = New("SELECT no FROM versions WHERE hash = ?1");
            SaveVersion = New("INSERT INTO versions (hash, json) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET json = excluded.json WHERE json IS NULL");
        }

        private void CreateTables()
        {
            Begin.Run();
            long version = Scalar("PRAGMA user_version");
            if (version > RunSchema.Version)
                throw new StorageException("database.newer", $"{_connection.DataSource} was written by a newer Designer. Start that version, or restore a backup.");
            if (version == 0) Execute($"{RunSchema.Create}; PRAGMA user_version = {RunSchema.Version}");
            Commit.Run();
        }

        /// <summary>The number by which a run's row names what it executes.</summary>
        public long VersionNumber(string hash)
        {
            if (_versions.TryGetValue(hash, out long number)) return number;
            if (Find() is not { } found)
            {
                KeepVersion(hash, default);
                found = Find()!.Value;
            }
            return _versions[hash] = found;

            long? Find()
            {
                FindVersion.Bind(1, hash);
                long? no = FindVersion.Step() ? FindVersion.Int64(0) : null;
                FindVersion.Reset();
                return no;
            }
        }

        public void KeepVersion(string hash, ReadOnlySpan<byte> json)
        {
            SaveVersion.Bind(1, hash);
            if (json.IsEmpty) SaveVersion.BindNull(2);
            else SaveVersion.BindBlob(2, json);
            SaveVersion.Run();
        }

        public long LastRow => raw.sqlite3_last_insert_rowid(_db);

        public void RollBack()
        {
            foreach (Statement statement in _statements) statement.Reset();
            // The rows behind them may go with the transaction.
            _versions.Clear();
            if (raw.sqlite3_get_autocommit(_db) == 0) Execute("ROLLBACK");
        }

        public void Execute(string sql) => SqliteFailure.Check(_db, raw.sqlite3_exec(_db, sql));

        /// <summary>For one use; the caller disposes it.</summary>
        public Statement Temporary(string sql) => new(_db, sql);

        private Statement New(string sql)
        {
            Statement statement = new(_db, sql);
            _statements.Add(statement);
            return statement;
        }

        public int Changes => raw.sqlite3_changes(_db);

        private long Scalar(string sql)
        {
            using Statement statement = new(_db, sql);
            return statement.Step() ? statement.Int64(0) : 0;
        }

        public void Dispose()
        {
            foreach (Statement statement in _statements) statement.Dispose();
            _connection.Dispose();
        }
    }
}
