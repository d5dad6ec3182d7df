using System.Net;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Flows;
using Designer.Web.Features.Knowledge;
using Designer.Web.Features.Templates;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Flows;

public sealed class FlowPageTests
{
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(1)</script>\u202Etxt.exe";

    private static Task<string> AddAsync(DesignerApp app, SignedInMember member, string name, string? description = null) =>
        app.Services.GetRequiredService<FlowExchange>().AddAsync(member, FlowStarts.Chat(Guid.Empty, name) with { Description = description }, name, new Dictionary<string, string>());

    [Theory]
    [InlineData("/")]
    [InlineData("/templates")]
    [InlineData("/knowledge")]
    [InlineData("/settings/members")]
    public async Task Hostile_names_are_shown_as_the_text_they_are(string url)
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        await AddAsync(app, app.Owner, Hostile, Hostile);
        await app.Services.GetRequiredService<TemplateStore>().AddAsync(app.Owner.WorkspaceId,
            new NewTemplate(Hostile, Hostile, FlowJson.Write(FlowStarts.Task(Guid.NewGuid(), Hostile)), Picture: "<svg onload=alert(1)>"), Hostile);
        await app.Services.GetRequiredService<KnowledgeBases>().CreateAsync(app.Owner, Hostile);
        await app.Services.GetRequiredService<MemberStore>().InviteAsync(app.Owner.WorkspaceId, Hostile, Role.Viewer, app.Owner.Author);
        TestBrowser owner = await app.SignInAsync(app.Owner.Email);

        string html = await owner.PageAsync(url);

        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg onload", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_workspaces_things_are_not_there()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        SignedInMember stranger = await app.AddMemberAsync("stranger@example.org", Role.Owner, ownWorkspace: true);
        string slug = await AddAsync(app, app.Owner, "Secret plans");
        FlowDraft flow = (await app.Services.GetRequiredService<FlowStore>().FindAsync(app.Owner.WorkspaceId, slug))!;
        Designer.Knowledge.KnowledgeBase books = await app.Services.GetRequiredService<KnowledgeBases>().CreateAsync(app.Owner, "Secret books");
        var exchange = app.Services.GetRequiredService<FlowExchange>();
        TestBrowser browser = await app.SignInAsync(stranger.Email);

        Assert.DoesNotContain("Secret plans", await browser.PageAsync("/"), StringComparison.Ordinal);
        Assert.DoesNotContain("Secret books", await browser.PageAsync("/knowledge"), StringComparison.Ordinal);
        using HttpResponseMessage page = await browser.GetAsync($"/knowledge/{books.Slug}");
        using HttpResponseMessage nothing = await browser.GetAsync("/knowledge/never-was");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
        Assert.Null(await exchange.DuplicateAsync(stranger, flow.Id));
        Assert.Null(await exchange.ExportAsync(stranger, flow.Id));
        Assert.False(await app.Services.GetRequiredService<FlowStore>().DeleteAsync(stranger.WorkspaceId, flow.Id));
    }

    [Fact]
    public async Task Viewers_see_flows_and_no_way_to_change_them()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        await AddAsync(app, app.Owner, "Shared");
        await app.AddMemberAsync("vera@example.org", Role.Viewer);
        TestBrowser vera = await app.SignInAsync("vera@example.org");

        string html = await vera.PageAsync("/");

        Assert.Contains("Shared", html, StringComparison.Ordinal);
        Assert.DoesNotContain("New flow", html, StringComparison.Ordinal);
        Assert.DoesNotContain(">Import<", html, StringComparison.Ordinal);
        Assert.DoesNotContain(">Invite<", await vera.PageAsync("/settings/members"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_flow_comes_back_with_its_slug_or_the_next_free_one()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var flows = app.Services.GetRequiredService<FlowStore>();
        string slug = await AddAsync(app, app.Owner, "Plans");
        FlowDraft flow = (await flows.FindAsync(app.Owner.WorkspaceId, slug))!;
        await flows.DeleteAsync(app.Owner.WorkspaceId, flow.Id);
        await AddAsync(app, app.Owner, "Plans");

        Assert.True(await flows.RestoreAsync(app.Owner.WorkspaceId, flow.Id));
        Assert.Equal("plans-2", (await flows.FindAsync(app.Owner.WorkspaceId, flow.Id))!.Slug);
        Assert.False(await flows.RestoreAsync(app.Owner.WorkspaceId, flow.Id));
    }

    [Fact]
    public async Task An_export_can_be_imported_beside_its_original()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var exchange = app.Services.GetRequiredService<FlowExchange>();
        string slug = await AddAsync(app, app.Owner, "Plans", "All of them");
        FlowDraft flow = (await app.Services.GetRequiredService<FlowStore>().FindAsync(app.Owner.WorkspaceId, slug))!;
        FlowFile file = (await exchange.ExportAsync(app.Owner, flow.Id))!;

        string again = await exchange.AddAsync(app.Owner, FlowJson.Read(file.Text), "Plans", new Dictionary<string, string> { ["model"] = "extractive" });

        FlowDraft copy = (await app.Services.GetRequiredService<FlowStore>().FindAsync(app.Owner.WorkspaceId, again))!;
        Assert.Equal("plans.flow.json", file.Name);
        Assert.NotEqual(flow.Id, copy.Id);
        Assert.Equal("extractive", copy.Bindings["model"]);
        Assert.Equal("All of them", FlowJson.Read(copy.Document.Span).Description);
    }
}
