using Designer.Engine;
using Designer.Knowledge;
using Designer.Models.Connections;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Models_come_back_as_saved_with_a_rising_revision()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id, other = (await _services.AddWorkspaceAsync()).Id;
        IModelStore store = Get<IModelStore>();
        ModelConnection model = new()
        {
            Id = Guid.NewGuid(),
            WorkspaceId = workspace,
            Name = "gpt",
            Provider = "openai",
            Endpoint = new Uri("http://localhost:11434/v1"),
            Model = "llama3",
            ProtectedKey = "p:x",
            Capabilities = ModelCapabilities.Chat | ModelCapabilities.Tools,
            ContextTokens = 8192,
            InputPrice = 0.15m,
            AllowPrivateNetwork = true,
        };
        ModelConnection saved = await store.SaveAsync(model, Cancel);
        Assert.Equal(model with { Revision = 1 }, saved);
        Assert.Equal(saved, await store.FindAsync(workspace, "gpt", Cancel));
        Assert.Equal(2, (await store.SaveAsync(saved with { Enabled = false }, Cancel)).Revision);
        StorageConflictException taken = await Assert.ThrowsAsync<StorageConflictException>(() => store.SaveAsync(model with { Id = Guid.NewGuid() }, Cancel));
        Assert.Equal("name.taken", taken.Code);
        Assert.Null(await store.FindAsync(other, "gpt", Cancel));
        Assert.False(await store.DeleteAsync(other, "gpt", Cancel));
        Assert.True(await store.DeleteAsync(workspace, "gpt", Cancel));
        Assert.Empty(await store.ListAsync(workspace, Cancel));
    }

    [Fact]
    public async Task A_known_model_is_not_asked_for_again_until_it_is_time_or_it_was_changed_here()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        IModelStore store = Get<IModelStore>();
        ModelConnection saved = await store.SaveAsync(new ModelConnection { Id = Guid.NewGuid(), WorkspaceId = workspace, Name = "gpt", Provider = "openai", Model = "one" }, Cancel);
        await using DesignerDb elsewhere = await Get<IDbContextFactory<DesignerDb>>().CreateDbContextAsync(Cancel);
        async Task<string?> ModelAsync() => (await store.FindAsync(workspace, "gpt", Cancel))?.Model;
        Task ChangeElsewhereAsync(string model) => elsewhere.Models.ExecuteUpdateAsync(set => set.SetProperty(m => m.Model, model), Cancel);

        Assert.Equal("one", await ModelAsync());
        await ChangeElsewhereAsync("two");
        Assert.Equal("one", await ModelAsync());
        _clock.Advance(PublishedFlows.Recheck);
        Assert.Equal("two", await ModelAsync());

        await store.SaveAsync(saved with { Model = "three" }, Cancel);
        Assert.Equal("three", await ModelAsync());
        await store.SaveAsync(saved with { Name = "renamed" }, Cancel);
        Assert.Null(await ModelAsync());
        await ChangeElsewhereAsync("four");
        Assert.Equal("four", (await store.FindAsync(workspace, "renamed", Cancel))?.Model);

        await elsewhere.Models.ExecuteDeleteAsync(Cancel);
        _clock.Advance(PublishedFlows.Recheck);
        Assert.Null(await store.FindAsync(workspace, "renamed", Cancel));
    }

    [Fact]
    public async Task Knowledge_bases_are_found_by_slug_before_name()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        IKnowledgeStore store = Get<IKnowledgeStore>();
        KnowledgeBase handbook = KnowledgeBase.Create(workspace, "Handbook", _clock), decoy = KnowledgeBase.Create(workspace, "handbook", _clock) with { Slug = "decoy" };
        await store.SaveAsync(decoy, Cancel);
        await store.SaveAsync(handbook, Cancel);
        await store.SaveAsync(handbook with { Name = "The handbook" }, Cancel);
        Assert.Equal(handbook with { Name = "The handbook" }, await store.FindAsync(workspace, "handbook", Cancel));
        Assert.Equal("name.taken", (await Assert.ThrowsAsync<StorageConflictException>(() => store.SaveAsync(KnowledgeBase.Create(workspace, "handbook", _clock), Cancel))).Code);
        await store.DeleteAsync(handbook, Cancel);
        Assert.Equal(decoy, await store.FindAsync(workspace, "handbook", Cancel));
        Assert.Equal([decoy], await store.ListAsync(workspace, Cancel));
    }

    [Fact]
    public async Task A_secret_is_kept_encrypted_and_handed_out_in_its_workspace_only()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id, other = (await _services.AddWorkspaceAsync()).Id;
        CredentialStore store = Get<CredentialStore>();
        Credential saved = await store.SaveAsync(workspace, "crm", "hunter2", "The CRM", "ada", Cancel);
        Assert.Equal("hunter2", await store.FindAsync(workspace, "crm", Cancel));
        Assert.Equal("hunter2", await store.FindAsync(workspace, saved.Id.ToString(), Cancel));
        Assert.Null(await store.FindAsync(other, "crm", Cancel));
        await using (DesignerDb db = await Get<IDbContextFactory<DesignerDb>>().CreateDbContextAsync(Cancel))
        {
            Assert.DoesNotContain("hunter2", (await db.Credentials.SingleAsync(Cancel)).Protected, StringComparison.Ordinal);
            await db.Credentials.ExecuteUpdateAsync(set => set.SetProperty(c => c.Protected, "p:?"), Cancel);
        }
        Assert.Equal("credential.unreadable", (await Assert.ThrowsAsync<StepException>(async () => await store.FindAsync(workspace, "crm", Cancel))).Code);
        await store.SaveAsync(workspace, "crm", "again", null, "ada", Cancel);
        Assert.Equal("again", await store.FindAsync(workspace, "crm", Cancel));
        Assert.True(await store.DeleteAsync(workspace, saved.Id, Cancel));
        Assert.Empty(await store.ListAsync(workspace, Cancel));
    }

    [Fact]
    public async Task Templates_and_settings_stay_in_their_workspace()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id, other = (await _services.AddWorkspaceAsync()).Id;
        TemplateStore templates = Get<TemplateStore>();
        Template template = await templates.AddAsync(workspace, new NewTemplate("Ask", "…", "{}"u8.ToArray(), "{}", "<svg/>"), "ada", Cancel);
        Assert.Equal("<svg/>", (await templates.FindAsync(workspace, template.Id, Cancel))?.Picture);
        Assert.Null(await templates.FindAsync(other, template.Id, Cancel));
        Assert.False(await templates.DeleteAsync(other, template.Id, Cancel));
        Assert.Single(await templates.ListAsync(workspace, Cancel));
        Assert.True(await templates.DeleteAsync(workspace, template.Id, Cancel));

        SettingStore settings = Get<SettingStore>();
        await settings.SetAsync("runs.keepDays", "30", cancellation: Cancel);
        await settings.SetAsync("runs.keepDays", "7", workspace, Cancel);
        await settings.SetAsync("runs.keepDays", "8", workspace, Cancel);
        Assert.Equal(("30", "8", null), (await settings.FindAsync("runs.keepDays", cancellation: Cancel), await settings.FindAsync("runs.keepDays", workspace, Cancel), await settings.FindAsync("runs.keepDays", other, Cancel)));
        await settings.SetAsync("runs.keepDays", null, workspace, Cancel);
        Assert.Null(await settings.FindAsync("runs.keepDays", workspace, Cancel));
    }
}
