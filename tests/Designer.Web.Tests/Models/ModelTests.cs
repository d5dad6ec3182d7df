using Designer.Models.Connections;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Models;

public sealed class ModelTests
{
    [Theory]
    [InlineData("meta-llama/Llama-3.1:8b", "llama-3.1-8b")]
    [InlineData("qwen3:8b", "qwen3-8b")]
    [InlineData("模型", "")]
    public void Names_are_made_of_the_models(string model, string name) => Assert.Equal(name, ModelForm.NameOf(model));

    [Fact]
    public async Task A_key_is_encrypted_at_rest_and_shown_nowhere()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var connecting = app.Services.GetRequiredService<ModelConnecting>();
        const string key = "sk-very-secret-1234567890";
        (ModelConnection connection, IReadOnlyList<string> problems) = await connecting.ReadAsync(app.Owner, new ModelForm { Model = "gpt-x", Name = "gpt-x", Key = key });

        Assert.Empty(problems);
        ModelConnection saved = await connecting.SaveAsync(connection, null);
        Assert.Equal(key, app.Services.GetRequiredService<IKeyProtector>().Unprotect(saved.ProtectedKey!));
        TestBrowser owner = await app.SignInAsync(app.Owner.Email);
        string html = await owner.PageAsync("/models");
        Assert.Contains("gpt-x", html, StringComparison.Ordinal);
        Assert.DoesNotContain(key, html, StringComparison.Ordinal);
        Assert.DoesNotContain(saved.ProtectedKey!, html, StringComparison.Ordinal);
        foreach (string file in Directory.EnumerateFiles(app.Folder, "designer.db*"))
        {
            using var shared = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(shared, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(key, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_owners_reach_into_private_networks()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        SignedInMember editor = await app.AddMemberAsync("ed@example.org", Role.Editor);
        var connecting = app.Services.GetRequiredService<ModelConnecting>();
        var form = new ModelForm { Endpoint = "http://10.1.2.3:9000/v1", Model = "m", Name = "inner", AllowPrivateNetwork = true };

        Assert.Empty((await connecting.ReadAsync(app.Owner, form)).Problems);
        Assert.Contains("Only an owner", Assert.Single((await connecting.ReadAsync(editor, form)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_says_everything_that_is_wrong_with_it()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();

        (_, IReadOnlyList<string> problems) = await app.Services.GetRequiredService<ModelConnecting>()
            .ReadAsync(app.Owner, new ModelForm { Endpoint = "not an address", Name = "Bad Name", ContextTokens = "many", InputPrice = "-1" });

        Assert.Equal(5, problems.Count);
    }

    [Fact]
    public async Task The_preferred_model_has_what_is_needed()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var lists = app.Services.GetRequiredService<ModelLists>();
        var store = app.Services.GetRequiredService<IModelStore>();
        Guid workspace = app.Owner.WorkspaceId;
        Assert.Equal("extractive", await lists.PreferredAsync(workspace));
        foreach ((string name, ModelCapabilities can) in new[] { ("plain", ModelCapabilities.Chat), ("tooled", ModelCapabilities.Chat | ModelCapabilities.Tools) })
            await store.SaveAsync(new ModelConnection { Id = Guid.NewGuid(), WorkspaceId = workspace, Name = name, Provider = ModelProviders.OpenAi, Model = name, Capabilities = can }, TestContext.Current.CancellationToken);

        Assert.Equal("plain", await lists.PreferredAsync(workspace, ["chat"]));
        Assert.Equal("tooled", await lists.PreferredAsync(workspace, ["chat", "tools"]));
        Assert.Equal("extractive", await lists.PreferredAsync(workspace, ["telepathy"]));
        Assert.True(await lists.HasModelAsync(workspace));
    }
}
