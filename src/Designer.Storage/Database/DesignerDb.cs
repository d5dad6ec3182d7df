using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Designer.Storage;

/// <summary>Everything but the runs. Stores stand in front of it; no page or endpoint queries it itself.</summary>
public abstract class DesignerDb(DbContextOptions options) : IdentityUserContext<User, Guid>(options)
{
    public DbSet<Workspace> Workspaces => Set<Workspace>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<InviteRow> Invites => Set<InviteRow>();
    public DbSet<FlowRow> Flows => Set<FlowRow>();
    public DbSet<FlowVersionRow> FlowVersions => Set<FlowVersionRow>();
    public DbSet<FlowCommandRow> FlowCommands => Set<FlowCommandRow>();
    public DbSet<OwnDraftRow> OwnDrafts => Set<OwnDraftRow>();
    public DbSet<FlowCheckpointRow> FlowCheckpoints => Set<FlowCheckpointRow>();
    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();
    public DbSet<TemplateRow> Templates => Set<TemplateRow>();
    public DbSet<DebugMarkRow> DebugMarks => Set<DebugMarkRow>();
    public DbSet<TestInputRow> TestInputs => Set<TestInputRow>();
    public DbSet<BatchRow> Batches => Set<BatchRow>();
    public DbSet<BatchItemRow> BatchItems => Set<BatchItemRow>();
    public DbSet<CredentialRow> Credentials => Set<CredentialRow>();
    public DbSet<ModelRow> Models => Set<ModelRow>();
    public DbSet<KnowledgeBaseRow> KnowledgeBases => Set<KnowledgeBaseRow>();
    public DbSet<SettingRow> Settings => Set<SettingRow>();

    // Fixed here, so that the host's Identity options cannot change the tables behind the migrations.
    protected override Version SchemaVersion => IdentitySchemaVersions.Version2;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<decimal>().HavePrecision(18, 6);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        MapIdentity(builder);
        MapMembers(builder);
        MapFlows(builder);
        MapDebugging(builder);
        MapConnections(builder);
    }

    private static void MapIdentity(ModelBuilder model)
    {
        model.Entity<User>().ToTable("Users").Property(u => u.DisplayName).HasMaxLength(200);
        model.Entity<IdentityUserClaim<Guid>>().ToTable("UserClaims");
        model.Entity<IdentityUserLogin<Guid>>().ToTable("UserLogins");
        model.Entity<IdentityUserToken<Guid>>().ToTable("UserTokens");
        // One e-mail, one person: a second row would make sign-in ambiguous.
        model.Entity<User>().HasIndex(u => u.NormalizedEmail).IsUnique().HasDatabaseName("EmailIndex");
    }

    private static void MapMembers(ModelBuilder model)
    {
        model.Entity<Workspace>().Property(w => w.Name).HasMaxLength(200);
        EntityTypeBuilder<Membership> membership = model.Entity<Membership>();
        membership.HasKey(m => new { m.WorkspaceId, m.UserId });
        membership.HasIndex(m => m.UserId);
        membership.HasOne<User>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        OfWorkspace<Membership>(model);
        EntityTypeBuilder<InviteRow> invite = OfWorkspace<InviteRow>(model);
        invite.HasIndex(i => i.TokenHash).IsUnique();
        invite.HasOne<User>().WithMany().HasForeignKey(i => i.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    private static void MapFlows(ModelBuilder model)
    {
        EntityTypeBuilder<FlowRow> flow = OfWorkspace<FlowRow>(model);
        flow.Property(f => f.Slug).HasMaxLength(80);
        flow.Property(f => f.Name).HasMaxLength(200);
        flow.HasIndex(f => new { f.WorkspaceId, f.Slug }).IsUnique().HasFilter("\"DeletedAt\" IS NULL");
        Json(flow.Property(f => f.Bindings));
        Json(flow.Property(f => f.Tags));

        EntityTypeBuilder<FlowVersionRow> version = OfWorkspace<FlowVersionRow>(model);
        version.HasKey(v => new { v.FlowId, v.Number });
        Json(version.Property(v => v.Bindings));
        OfFlow(version);

        EntityTypeBuilder<FlowCommandRow> command = OfWorkspace<FlowCommandRow>(model);
        command.HasKey(c => new { c.FlowId, c.Owner, c.Revision });
        command.Property(c => c.CommandId).HasMaxLength(64);
        command.Property(c => c.Step).HasMaxLength(64);
        command.HasIndex(c => new { c.FlowId, c.CommandId }).IsUnique();
        OfFlow(command);

        EntityTypeBuilder<OwnDraftRow> own = OfWorkspace<OwnDraftRow>(model);
        own.HasKey(d => new { d.FlowId, d.Owner });
        OfFlow(own);

        EntityTypeBuilder<FlowCheckpointRow> checkpoint = OfWorkspace<FlowCheckpointRow>(model);
        checkpoint.Property(c => c.Name).HasMaxLength(200);
        checkpoint.HasIndex(c => new { c.FlowId, c.At });
        OfFlow(checkpoint);

        EntityTypeBuilder<ApiKeyRow> key = OfWorkspace<ApiKeyRow>(model);
        key.HasIndex(k => k.Hash).IsUnique();
        OfFlow(key);

        OfWorkspace<TemplateRow>(model).HasIndex(t => t.WorkspaceId);
    }

    private static void MapDebugging(ModelBuilder model)
    {
        EntityTypeBuilder<DebugMarkRow> mark = OfWorkspace<DebugMarkRow>(model);
        mark.HasKey(m => new { m.FlowId, m.Author, m.NodeId });
        mark.Property(m => m.Author).HasMaxLength(256);
        mark.Property(m => m.NodeId).HasMaxLength(200);
        OfFlow(mark);

        EntityTypeBuilder<TestInputRow> input = OfWorkspace<TestInputRow>(model);
        input.Property(i => i.Name).HasMaxLength(100);
        input.HasIndex(i => new { i.FlowId, i.Name }).IsUnique();
        OfFlow(input);

        EntityTypeBuilder<BatchRow> batch = OfWorkspace<BatchRow>(model);
        Json(batch.Property(b => b.Bindings));
        Json(batch.Property(b => b.Columns));
        batch.HasIndex(b => b.EndedAt);
        OfFlow(batch);

        EntityTypeBuilder<BatchItemRow> item = model.Entity<BatchItemRow>();
        item.HasKey(i => new { i.BatchId, i.Number });
        Json(item.Property(i => i.Cells));
        item.HasOne<BatchRow>().WithMany().HasForeignKey(i => i.BatchId).OnDelete(DeleteBehavior.Cascade);
    }

    private static void OfFlow<T>(EntityTypeBuilder<T> row) where T : class =>
        row.HasOne<FlowRow>().WithMany().HasForeignKey("FlowId").OnDelete(DeleteBehavior.Cascade);

    private static void MapConnections(ModelBuilder model)
    {
        OfWorkspace<CredentialRow>(model).HasIndex(c => new { c.WorkspaceId, c.Name }).IsUnique();
        EntityTypeBuilder<ModelRow> connection = OfWorkspace<ModelRow>(model);
        connection.HasIndex(m => new { m.WorkspaceId, m.Name }).IsUnique();
        Json(connection.Property(m => m.Options!));
        OfWorkspace<KnowledgeBaseRow>(model).HasIndex(k => new { k.WorkspaceId, k.Slug }).IsUnique();
        model.Entity<SettingRow>().HasKey(s => new { s.WorkspaceId, s.Key });
    }

    private static EntityTypeBuilder<T> OfWorkspace<T>(ModelBuilder model) where T : class
    {
        EntityTypeBuilder<T> row = model.Entity<T>();
        row.HasOne<Workspace>().WithMany().HasForeignKey("WorkspaceId").OnDelete(DeleteBehavior.Cascade);
        return row;
    }

    private static void Json<T>(PropertyBuilder<T> property) where T : class =>
        property.HasConversion(value => Write(value), text => Read<T>(text), new ValueComparer<T>(
            (left, right) => Write(left) == Write(right),
            value => Write(value).GetHashCode(StringComparison.Ordinal),
            value => Read<T>(Write(value))));

    private static string Write<T>(T value) => JsonSerializer.Serialize(value);
    private static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text)!;
}
