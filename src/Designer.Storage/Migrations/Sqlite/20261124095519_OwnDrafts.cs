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
            migrationBuilder.DropPrimaryKey(
                name: "PK_FlowCommands",
                table: "FlowCommands");

            migrationBuilder.AddColumn<string>(
                name: "Owner",
                table: "FlowCommands",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Kind",
                table: "FlowCommands",
                type: "TEXT",
                maxLength: 32,
                nullable: false,
                defaultValue: "Edit");

            migrationBuilder.AddColumn<string>(
                name: "Step",
                table: "FlowCommands",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddPrimaryKey(
                name: "PK_FlowCommands",
                table: "FlowCommands",
                columns: new[] { "FlowId", "Owner", "Revision" });

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

            migrationBuilder.DropPrimaryKey(
                name: "PK_FlowCommands",
                table: "FlowCommands");

            migrationBuilder.DropColumn(
                name: "Owner",
                table: "FlowCommands");

            migrationBuilder.DropColumn(
                name: "Kind",
                table: "FlowCommands");

            migrationBuilder.DropColumn(
                name: "Step",
                table: "FlowCommands");

            migrationBuilder.AddPrimaryKey(
                name: "PK_FlowCommands",
                table: "FlowCommands",
                columns: new[] { "FlowId", "Revision" });
        }
    }
}
