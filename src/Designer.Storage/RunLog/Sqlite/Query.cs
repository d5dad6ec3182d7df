using Microsoft.Data.Sqlite;

namespace Designer.Storage;

/// <summary>One reading query on a pooled connection; <c>$1</c>, <c>$2</c>, … are its parameters.</summary>
internal sealed class Query : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private readonly SqliteDataReader _reader;

    public Query(string connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        _connection = new SqliteConnection(connection);
        try
        {
            _connection.Open();
            _command = _connection.CreateCommand();
#pragma warning disable CA2100 // Built from constants; values are parameters.
            _command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 0; i < parameters.Length; i++)
                if (parameters[i] is { } value) _command.Parameters.AddWithValue($"${i + 1}", value);
            _reader = _command.ExecuteReader();
        }
        catch (Exception failed)
        {
            _command?.Dispose();
            _connection.Dispose();
            throw failed is SqliteException sqlite ? StorageErrors.Sqlite(_connection.DataSource, sqlite) : failed;
        }
    }

    public bool Read() => _reader.Read();
    public bool IsNull(int column) => _reader.IsDBNull(column);
    public long? Int64(int column) => _reader.IsDBNull(column) ? null : _reader.GetInt64(column);
    public string? Text(int column) => _reader.IsDBNull(column) ? null : _reader.GetString(column);
    public ReadOnlyMemory<byte> Blob(int column) => _reader.IsDBNull(column) ? default : _reader.GetFieldValue<byte[]>(column);
    public Guid? Guid(int column) => _reader.IsDBNull(column) ? null : new Guid(_reader.GetFieldValue<byte[]>(column), bigEndian: true);

    public void Dispose()
    {
        _reader.Dispose();
        _command.Dispose();
        _connection.Dispose();
    }
}
