using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Designer.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class OwnDrafts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // SQLite cannot change a primary key. What EF would make of it switches foreign keys off outside of the transaction and warns of
            // that at a newcomer's first start; nothing refers to this table, so it is copied by hand and all of it happens or nothing.
            migrationBuilder.DropIndex(name: "IX_FlowCommands_FlowId_CommandId", table: "FlowCommands");
            migrationBuilder.DropIndex(name: "IX_FlowCommands_WorkspaceId", table: "FlowCommands");
            migrationBuilder.RenameTable(name: "FlowCommands", newName: "FlowCommands_before");
            migrationBuilder.CreateTable(
                name: "FlowCommands",
                columns: table => new
                {
                    FlowId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    WorkspaceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    CommandId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Author = table.Column<string>(type: "TEXT", nullable: false),
                    Ops = table.Column<string>(type: "TEXT", nullable: false),
                    Inverse = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Step = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FlowCommands", x => new { x.FlowId, x.Owner, x.Revision });
                    table.ForeignKey(
                        name: "FK_FlowCommands_Flows_FlowId",
                        column: x => x.FlowId,
                        principalTable: "Flows",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_FlowCommands_Workspaces_WorkspaceId",
                        column: x => x.WorkspaceId,
                        principalTable: "Workspaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });
            migrationBuilder.Sql("""
                INSERT INTO "FlowCommands" ("FlowId", "Owner", "Revision", "WorkspaceId", "CommandId", "Author", "Ops", "Inverse", "At", "Kind", "Step")
                SELECT "FlowId", '', "Revision", "WorkspaceId", "CommandId", "Author", "Ops", "Inverse", "At", 'Edit', '' FROM "FlowCommands_before"
                """);
            migrationBuilder.DropTable(name: "FlowCommands_before");
            migrationBuilder.CreateIndex(name: "IX_FlowCommands_FlowId_CommandId", table: "FlowCommands", columns: new[] { "FlowId", "CommandId" }, unique: true);
            migrationBuilder.CreateIndex(name: "IX_FlowCommands_WorkspaceId", table: "FlowCommands", column: "WorkspaceId");

            migrationBuilder.CreateTable(
                name: "FlowCheckpoints",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    FlowId = table.Column<Guid>(type: "TEXT", nullable: false),
                    WorkspaceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    Document = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Author = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FlowCheckpoints", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FlowCheckpoints_Flows_FlowId",
                        column: x => x.FlowId,
                        principalTable: "Flows",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_FlowCheckpoints_Workspaces_WorkspaceId",
                        column: x => x.WorkspaceId,
                        principalTable: "Workspaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "OwnDrafts",
                columns: table => new
                {
                    FlowId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", nullable: false),
                    WorkspaceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Base = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Document = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OwnDrafts", x => new { x.FlowId, x.Owner });
                    table.ForeignKey(
                        name: "FK_OwnDrafts_Flows_FlowId",
                        column: x => x.FlowId,
                        principalTable: "Flows",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_OwnDrafts_Workspaces_WorkspaceId",
                        column: x => x.WorkspaceId,
                        principalTable: "Workspaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_FlowCheckpoints_FlowId_At",
                table: "FlowCheckpoints",
                columns: new[] { "FlowId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_FlowCheckpoints_WorkspaceId",
                table: "FlowCheckpoints",
                column: "WorkspaceId");

            migrationBuilder.CreateIndex(
                name: "IX_OwnDrafts_WorkspaceId",
                table: "OwnDrafts",
                column: "WorkspaceId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "FlowCheckpoints");

            migrationBuilder.DropTable(
                name: "OwnDrafts");

            migrationBuilder.DropIndex(name: "IX_FlowCommands_FlowId_CommandId", table: "FlowCommands");
            migrationBuilder.DropIndex(name: "IX_FlowCommands_WorkspaceId", table: "FlowCommands");
            migrationBuilder.RenameTable(name: "FlowCommands", newName: "FlowCommands_before");
            migrationBuilder.CreateTable(
                name: "FlowCommands",
                columns: table => new
                {
                    FlowId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    WorkspaceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    CommandId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Author = table.Column<string>(type: "TEXT", nullable: false),
                    Ops = table.Column<string>(type: "TEXT", nullable: false),
                    Inverse = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FlowCommands", x => new { x.FlowId, x.Revision });
                    table.ForeignKey(
                        name: "FK_FlowCommands_Flows_FlowId",
                        column: x => x.FlowId,
                        principalTable: "Flows",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_FlowCommands_Workspaces_WorkspaceId",
                        column: x => x.WorkspaceId,
                        principalTable: "Workspaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });
            migrationBuilder.Sql("""
                INSERT INTO "FlowCommands" ("FlowId", "Revision", "WorkspaceId", "CommandId", "Author", "Ops", "Inverse", "At")
                SELECT "FlowId", "Revision", "WorkspaceId", "CommandId", "Author", "Ops", "Inverse", "At" FROM "FlowCommands_before" WHERE "Owner" = ''
                """);
            migrationBuilder.DropTable(name: "FlowCommands_before");
            migrationBuilder.CreateIndex(name: "IX_FlowCommands_FlowId_CommandId", table: "FlowCommands", columns: new[] { "FlowId", "CommandId" }, unique: true);
            migrationBuilder.CreateIndex(name: "IX_FlowCommands_WorkspaceId", table: "FlowCommands", column: "WorkspaceId");
        }
    }
}
