namespace Designer.Storage;

/// <summary>The run log's tables in PostgreSQL, in a schema of their own; the same shape as in <see cref="RunSchema"/>.</summary>
internal static class PostgresRunSchema
{
    public const int Version = 1;
    /// <summary>Taken while the tables are made, so that machines that start together do not make them twice.</summary>
    public const long CreationLock = 0x44_65_73_69_67_6E_65_72;

    public const string Create = """
        CREATE SCHEMA IF NOT EXISTS run_log;
        CREATE TABLE IF NOT EXISTS run_log.meta (version integer NOT NULL);
        CREATE TABLE run_log.versions (
          no    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          hash  text NOT NULL UNIQUE,
          json  bytea
        );
        CREATE TABLE run_log.runs (
          no            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          id            uuid NOT NULL UNIQUE,
          workspace     uuid NOT NULL,
          flow          uuid NOT NULL,
          version       text NOT NULL,
          version_hash  text NOT NULL,
          state         smallint NOT NULL,
          started_at    bigint NOT NULL,
          ended_at      bigint,
          conversation  text,
          trigger       text NOT NULL,
          started_by    text,
          epoch         bigint NOT NULL,
          owner         bigint,
          wake_at       bigint,
          inbox_read    bigint NOT NULL DEFAULT 0,
          input_tokens  bigint NOT NULL,
          output_tokens bigint NOT NULL,
          cost          bigint NOT NULL,
          model_calls   bigint NOT NULL,
          count         integer NOT NULL,
          error         bytea,
          input         bytea,
          output        bytea,
          events        bytea
        );
        CREATE INDEX runs_of_workspace ON run_log.runs (workspace, started_at);
        CREATE INDEX runs_of_flow ON run_log.runs (flow, started_at);
        CREATE INDEX runs_open ON run_log.runs (started_at) WHERE ended_at IS NULL;
        CREATE INDEX runs_ended ON run_log.runs (ended_at) WHERE ended_at IS NOT NULL;
        CREATE UNIQUE INDEX runs_of_conversation ON run_log.runs (flow, conversation) WHERE ended_at IS NULL AND conversation IS NOT NULL;
        CREATE TABLE run_log.run_events (
          run        bigint NOT NULL,
          first_seq  bigint NOT NULL,
          count      integer NOT NULL,
          events     bytea NOT NULL,
          PRIMARY KEY (run, first_seq)
        );
        CREATE TABLE run_log.inbox (
          no    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          run   bigint NOT NULL,
          step  text NOT NULL,
          item  bytea NOT NULL,
          UNIQUE (run, step)
        );
        CREATE TABLE run_log.idempotency (
          scope text NOT NULL,
          key   text NOT NULL,
          body  text NOT NULL,
          run   uuid NOT NULL,
          PRIMARY KEY (scope, key)
        );
        CREATE INDEX idempotency_run ON run_log.idempotency (run);
        CREATE TABLE run_log.conversations (
          flow       uuid NOT NULL,
          id         text NOT NULL,
          updated_at bigint NOT NULL,
          data       bytea NOT NULL,
          PRIMARY KEY (flow, id)
        );
        INSERT INTO run_log.meta VALUES (1);
        """;

    /// <summary>The keys of all advisory locks that living sessions of this database hold: the owners that are there.</summary>
    public const string LivingOwners = """
        SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;
}
