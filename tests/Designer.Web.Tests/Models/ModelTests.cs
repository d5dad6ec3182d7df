using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Discovery;
using Designer.Models.Tests.Comfy;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;
using Designer.Web.Features.Models;
using Designer.Web.Tests.Api;
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
    public async Task A_model_without_a_name_of_its_own_is_named_after_the_servers()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var connecting = app.Services.GetRequiredService<ModelConnecting>();
        (ModelConnection connection, IReadOnlyList<string> problems) = await connecting.ReadAsync(app.Owner, new ModelForm { Model = " meta-llama/Llama-3.1:8b ", Name = " " });
        Assert.Empty(problems);
        Assert.Equal("llama-3.1-8b", connection.Name);
    }

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
    public async Task What_was_tested_before_it_was_saved_counts_as_tested()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var connecting = app.Services.GetRequiredService<ModelConnecting>();
        (ModelConnection connection, _) = await connecting.ReadAsync(app.Owner, new ModelForm { Model = "gpt-x", Name = "gpt-x", Key = "sk-very-secret-1234567890" });

        ModelConnection untested = await connecting.SaveAsync(connection, null);
        Assert.Null(app.Services.GetRequiredService<ModelLists>().LastTrial(untested));
        ModelConnection tested = await connecting.SaveAsync(untested, new ModelTestResult { Answer = "hello" });
        Assert.True(app.Services.GetRequiredService<ModelLists>().LastTrial(tested)?.Result.Ok);
        string page = await (await app.SignInAsync(app.Owner.Email)).PageAsync("/models");
        Assert.DoesNotContain("not tested", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_model_keeps_its_key_for_its_own_address_only()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var connecting = app.Services.GetRequiredService<ModelConnecting>();
        (ModelConnection made, _) = await connecting.ReadAsync(app.Owner, new ModelForm { Endpoint = "https://one.example/v1", Model = "m", Name = "one", Key = "sk-very-secret-1234567890" });
        ModelConnection known = await connecting.SaveAsync(made with { Capabilities = ModelCapabilities.Chat | ModelCapabilities.Tools }, null);
        ModelForm renamed = ModelForm.Of(known), moved = ModelForm.Of(known);
        (renamed.Name, renamed.MaxConcurrent, renamed.Fallback) = ("uno", "3", "extractive");
        moved.Endpoint = "https://two.example/v1";

        (ModelConnection same, IReadOnlyList<string> problems) = await connecting.ReadAsync(app.Owner, renamed, known);
        (ModelConnection elsewhere, _) = await connecting.ReadAsync(app.Owner, moved, known);
        ModelConnection saved = await connecting.SaveAsync(same, null);

        Assert.Empty(problems);
        Assert.Empty(renamed.Key);
        Assert.Equal((known.Id, "uno", known.ProtectedKey, 3, "extractive"), (saved.Id, saved.Name, saved.ProtectedKey, saved.Options.MaxConcurrent, saved.Options.Fallback));
        Assert.True(saved.Capabilities.HasFlag(ModelCapabilities.Tools));
        Assert.Equal(saved, Assert.Single(await app.Services.GetRequiredService<IModelStore>().ListAsync(app.Owner.WorkspaceId, TestContext.Current.CancellationToken)));
        Assert.Null(elsewhere.ProtectedKey);
        renamed.Fallback = "nobody";
        Assert.Contains("no model named “nobody”", Assert.Single((await connecting.ReadAsync(app.Owner, renamed, saved)).Problems), StringComparison.Ordinal);
        await connecting.SaveAsync(known with { Id = Guid.NewGuid(), Name = "painter", Provider = ModelProviders.OpenAiImages, Capabilities = ModelCapabilities.MakeImage }, null);
        renamed.Fallback = "painter";
        Assert.Contains("“painter” cannot answer in its place", Assert.Single((await connecting.ReadAsync(app.Owner, renamed, saved)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_switched_off_model_is_a_problem_of_the_flows_that_use_it()
    {
        await using ApiApp api = await ApiApp.StartAsync();
        await api.ConnectAsync("gpt", new Uri("http://127.0.0.1:1/v1"), "sk-very-secret-1234567890");
        Dictionary<string, string> bindings = new() { ["model"] = "gpt" };
        Published flow = await api.PublishAsync(ApiFlows.Chat(), bindings: bindings);
        await api.Get<ModelConnecting>().SwitchAsync(api.App.Owner, "gpt", isOn: false);

        Problem problem = Assert.Single(await api.Get<EditorLoader>().CheckAsync(api.Workspace, ApiFlows.Chat(), bindings, TestContext.Current.CancellationToken));
        ApiAnswer answer = await api.PostAsync(flow.Runs, flow.Key, """{"input":{"question":"Hello"}}""");
        RunRow run = Assert.Single(await api.Get<IRunLog>().ListAsync(new RunQuery(api.Workspace), TestContext.Current.CancellationToken));

        Assert.Equal(("slot.off", "The slot \"model\" is bound to the model \"gpt\", which is switched off."), (problem.Code, problem.Message.ToString()));
        Assert.True((int)answer.Status >= 400, answer.Text);
        Assert.Equal("model.unavailable", run.Error!.Code);
        Assert.Contains("is switched off", run.Error.Message, StringComparison.Ordinal);
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
    public async Task A_ComfyUI_server_that_was_found_is_connected_in_one_click_and_is_no_chat_model()
    {
        await using ScriptedComfy comfy = await ScriptedComfy.StartAsync(new ComfyScene());
        await using DesignerApp app = await DesignerApp.WithOwnerAsync(builder => builder.Services.AddSingleton(new LocalServers([new("ComfyUI", "127.0.0.1", comfy.Address.Port)], TimeSpan.FromSeconds(30))));
        SignedInMember editor = await app.AddMemberAsync("ed@example.org", Role.Editor);
        LocalServer found = Assert.Single(await app.Services.GetRequiredService<ModelLists>().FoundAsync(TestContext.Current.CancellationToken));

        (ModelConnection? saved, ModelTestResult test) = await app.Services.GetRequiredService<ModelConnecting>().ConnectFoundAsync(editor, found, found.Models[0], TestContext.Current.CancellationToken);

        Assert.Contains("ComfyUI 0.3.40", test.Answer, StringComparison.Ordinal);
        Assert.Equal(("comfyui", ModelProviders.ComfyUi, ModelCapabilities.MakeImage, true), (saved!.Name, saved.Provider, saved.Capabilities, saved.AllowPrivateNetwork));
        Assert.False(await app.Services.GetRequiredService<ModelLists>().HasModelAsync(app.Owner.WorkspaceId, TestContext.Current.CancellationToken));
        var elsewhere = new ModelForm { Provider = ModelProviders.ComfyUi, Endpoint = "http://10.1.2.3:8188", Name = "inner", AllowPrivateNetwork = true };
        Assert.Contains("Only an owner", Assert.Single((await app.Services.GetRequiredService<ModelConnecting>().ReadAsync(editor, elsewhere)).Problems), StringComparison.Ordinal);
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
