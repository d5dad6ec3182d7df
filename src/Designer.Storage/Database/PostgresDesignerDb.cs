using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Designer.Storage;

/// <summary>The same tables in PostgreSQL, for several machines.</summary>
public sealed class PostgresDesignerDb(DbContextOptions<PostgresDesignerDb> options) : DesignerDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // timestamptz takes UTC only.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Utc>();
    }

    private sealed class Utc() : ValueConverter<DateTimeOffset, DateTimeOffset>(time => time.ToUniversalTime(), time => time);

    /// <summary>For <c>dotnet ef migrations add NAME --context PostgresDesignerDb --output-dir Migrations/Postgres</c>.</summary>
    public sealed class DesignTime : IDesignTimeDbContextFactory<PostgresDesignerDb>
    {
        public PostgresDesignerDb CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgresDesignerDb>().UseNpgsql("Host=localhost").Options);
    }
}
