using Designer.Models.Connections;
using Designer.Models.Tests.OpenAi;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests;

public sealed class ModelRegistryTests
{
    private static readonly ModelConnection s_connection = TestModels.Connection(new Uri("http://127.0.0.1:9/v1"));

    [Fact]
    public async Task The_embedded_model_needs_no_row_and_calls_no_tools()
    {
        using var models = new TestModels();

        var model = await models.Registry.ResolveChatAsync(TestModels.Workspace, "extractive", default);

        Assert.False(model.SupportsTools);
        Assert.Equal("model.noTools", Assert.Throws<ModelException>(model.RequireTools).Code);
        Assert.Equal("extractive", (await model.Client.GetResponseAsync("Hello")).ModelId);
    }

    [Fact]
    public async Task A_client_is_kept_until_its_connection_is_saved_again()
    {
        using var models = new TestModels();
        await models.Store.SaveAsync(s_connection, default);

        var first = await models.Registry.ResolveChatAsync(TestModels.Workspace, "main", default);
        var again = await models.Registry.ResolveChatAsync(TestModels.Workspace, "main", default);
        await models.Store.SaveAsync(s_connection with { Model = "other" }, default);
        var changed = await models.Registry.ResolveChatAsync(TestModels.Workspace, "main", default);

        Assert.Same(first.Client, again.Client);
        Assert.NotSame(first.Client, changed.Client);
        Assert.Equal("other", changed.Connection.Model);
    }

    [Fact]
    public async Task What_cannot_be_used_says_why_by_its_code()
    {
        using var models = new TestModels();
        await models.Store.SaveAsync(s_connection with { Name = "off", Id = Guid.NewGuid(), Enabled = false }, default);
        await models.Store.SaveAsync(s_connection with { Name = "locked", Id = Guid.NewGuid(), ProtectedKey = "protected elsewhere" }, default);
        await models.Store.SaveAsync(s_connection with { Name = "strange", Id = Guid.NewGuid(), Provider = "abacus" }, default);

        Assert.Equal("model.unknown", await CodeAsync("nobody"));
        Assert.Equal("model.unavailable", await CodeAsync("off"));
        Assert.Equal("model.key", await CodeAsync("locked"));
        Assert.Equal("model.unavailable", await CodeAsync("strange"));

        async Task<string> CodeAsync(string name)
        {
            var error = await Assert.ThrowsAsync<ModelException>(async () => await models.Registry.ResolveChatAsync(TestModels.Workspace, name, default));
            Assert.False(error.IsTransient);
            return error.Code;
        }
    }

    [Fact]
    public async Task Another_workspace_does_not_see_the_model()
    {
        using var models = new TestModels();
        await models.Store.SaveAsync(s_connection, default);

        var error = await Assert.ThrowsAsync<ModelException>(async () => await models.Registry.ResolveChatAsync(Guid.NewGuid(), "main", default));

        Assert.Equal("model.unknown", error.Code);
    }

    [Fact]
    public void A_connection_never_prints_its_key_and_knows_its_cost()
    {
        var connection = s_connection with { InputPrice = 2.5m, OutputPrice = 10m };

        Assert.DoesNotContain(connection.ProtectedKey!, connection.ToString(), StringComparison.Ordinal);
        Assert.Equal(0.0035m, connection.Cost(1_000, 100));
        Assert.Null(s_connection.Cost(1_000, 100));
    }

    [Fact]
    public void A_connection_says_what_is_wrong_with_it()
    {
        Assert.Empty(s_connection.Problems());
        Assert.Single((s_connection with { Name = "Main Model" }).Problems());
        Assert.Single((s_connection with { Name = "extractive" }).Problems());
        Assert.Single((s_connection with { Endpoint = new Uri("file:///etc/passwd") }).Problems());
        Assert.Single((s_connection with { Endpoint = new Uri("http://user:pass@host/v1") }).Problems());
        Assert.Single((s_connection with { Model = " " }).Problems());
        Assert.Single((s_connection with { InputPrice = -1 }).Problems());
    }
}
