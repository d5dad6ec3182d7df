using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Designer.Storage;

/// <summary><c>designer.db</c>: the default, nothing to install.</summary>
public sealed class SqliteDesignerDb(DbContextOptions<SqliteDesignerDb> options) : DesignerDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // SQLite has no time type, and text with an offset does not sort: keep UTC ticks.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Ticks>();
    }

    private sealed class Ticks() : ValueConverter<DateTimeOffset, long>(time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    /// <summary>For <c>dotnet ef migrations add NAME --context SqliteDesignerDb --output-dir Migrations/Sqlite</c>.</summary>
    public sealed class DesignTime : IDesignTimeDbContextFactory<SqliteDesignerDb>
    {
        public SqliteDesignerDb CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteDesignerDb>().UseSqlite("Data Source=:memory:").Options);
    }
}
