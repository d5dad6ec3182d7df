using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Designer.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ModelOptions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Options",
                table: "Models",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Options",
                table: "Models");
        }
    }
}
