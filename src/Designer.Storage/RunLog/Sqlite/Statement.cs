using System.Text;
using SQLitePCL;

namespace Designer.Storage;

/// <summary>A prepared statement without the allocations of an ADO.NET command: the writer runs it tens of thousands of times a second.</summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _statement;

    public Statement(sqlite3 db, string sql)
    {
        _db = db;
        SqliteFailure.Check(db, raw.sqlite3_prepare_v3(db, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public void Bind(int index, long value) => SqliteFailure.Check(_db, raw.sqlite3_bind_int64(_statement, index, value));

    public void Bind(int index, long? value)
    {
        if (value is { } number) Bind(index, number);
        else BindNull(index);
    }

    public void BindNull(int index) => SqliteFailure.Check(_db, raw.sqlite3_bind_null(_statement, index));

    public void BindBlob(int index, ReadOnlySpan<byte> value) => SqliteFailure.Check(_db, raw.sqlite3_bind_blob(_statement, index, value));

    /// <summary>Sixteen bytes in the order of the text form, so that UUIDv7 keys are inserted in order.</summary>
    public void Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        BindBlob(index, bytes);
    }

    public void Bind(int index, string? value)
    {
        if (value is null)
        {
            BindNull(index);
            return;
        }
        const int OnStack = 512;
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> text = most <= OnStack ? stackalloc byte[OnStack] : new byte[most];
        SqliteFailure.Check(_db, raw.sqlite3_bind_text(_statement, index, text[..Encoding.UTF8.GetBytes(value, text)]));
    }

    /// <summary>True on a row. After false, or when the row was read, <see cref="Reset"/>.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        SqliteFailure failure = SqliteFailure.Of(_db, code);
        raw.sqlite3_reset(_statement);
        throw failure;
    }

    /// <summary>Runs to the end and makes the statement ready for the next time.</summary>
    public void Run()
    {
        while (Step()) { }
        Reset();
    }

    public void Reset() => raw.sqlite3_reset(_statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;
    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public Guid? Guid(int column) => IsNull(column) ? null : new Guid(Blob(column), bigEndian: true);

    public void Dispose() => _statement.Dispose();
}

/// <summary>What SQLite answered instead of doing it.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception(message)
{
    /// <summary>The primary result code.</summary>
    public int Code { get; } = code & 0xFF;

    public static void Check(sqlite3 db, int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)) throw Of(db, code);
    }

    public static SqliteFailure Of(sqlite3 db, int code) => new(code, raw.sqlite3_errmsg(db).utf8_to_string());
}
