namespace Designer.Storage;

/// <summary>The tables of <c>runs.db</c>.</summary>
/// <remarks>
/// A run's first batch stands in its own row, so that a run which starts and ends in one batch is one INSERT; later batches stand in
/// <c>run_events</c>. Wide columns come last: reading a row's head then never touches their overflow pages.
/// </remarks>
internal static class RunSchema
{
    public const int Version = 1;

    public const string Create = """
        CREATE TABLE versions (
          no    INTEGER PRIMARY KEY,
          hash  TEXT NOT NULL UNIQUE,
          json  BLOB
        );
        CREATE TABLE runs (
          no            INTEGER PRIMARY KEY,
          id            BLOB NOT NULL,
          workspace     BLOB NOT NULL,
          flow          BLOB NOT NULL,
          version       TEXT NOT NULL,
          version_no    INTEGER NOT NULL,
          state         INTEGER NOT NULL,
          started_at    INTEGER NOT NULL,
          ended_at      INTEGER,
          conversation  TEXT,
          trigger       TEXT NOT NULL,
          started_by    TEXT,
          epoch         INTEGER NOT NULL,
          owner         BLOB,
          wake_at       INTEGER,
          inbox_read    INTEGER NOT NULL DEFAULT 0,
          input_tokens  INTEGER NOT NULL,
          output_tokens INTEGER NOT NULL,
          cost          INTEGER NOT NULL,
          model_calls   INTEGER NOT NULL,
          count         INTEGER NOT NULL,
          error         BLOB,
          input         BLOB,
          output        BLOB,
          events        BLOB
        );
        CREATE UNIQUE INDEX runs_id ON runs (id);
        CREATE INDEX runs_of_workspace ON runs (workspace, started_at);
        CREATE INDEX runs_of_flow ON runs (flow, started_at);
        CREATE INDEX runs_open ON runs (started_at) WHERE ended_at IS NULL;
        CREATE UNIQUE INDEX runs_of_conversation ON runs (flow, conversation) WHERE ended_at IS NULL AND conversation IS NOT NULL;
        CREATE TABLE run_events (
          run        INTEGER NOT NULL,
          first_seq  INTEGER NOT NULL,
          count      INTEGER NOT NULL,
          events     BLOB NOT NULL,
          PRIMARY KEY (run, first_seq)
        ) WITHOUT ROWID;
        CREATE TABLE inbox (
          no      INTEGER PRIMARY KEY,
          run     INTEGER NOT NULL,
          step    TEXT NOT NULL,
          item    BLOB NOT NULL,
          UNIQUE (run, step)
        );
        CREATE TABLE idempotency (
          scope TEXT NOT NULL,
          key   TEXT NOT NULL,
          body  TEXT NOT NULL,
          run   INTEGER NOT NULL,
          PRIMARY KEY (scope, key)
        ) WITHOUT ROWID;
        CREATE INDEX idempotency_run ON idempotency (run);
        CREATE TABLE conversations (
          flow       BLOB NOT NULL,
          id         TEXT NOT NULL,
          updated_at INTEGER NOT NULL,
          data       BLOB NOT NULL,
          PRIMARY KEY (flow, id)
        );
        """;
}
