using System.Net;
using Designer.Flows;
using Designer.Knowledge;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Templates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Web.Tests.Access;

public sealed class SetupTests
{
    private static Dictionary<string, string> Form(string code, string email = "mara@example.org", string password = DesignerApp.Password) => new()
    {
        ["Form.Code"] = code,
        ["Form.Name"] = "Mara",
        ["Form.Email"] = email,
        ["Form.Password"] = password,
        ["Form.Workspace"] = "Support",
    };

    [Fact]
    public async Task The_first_start_prints_a_code_that_makes_one_owner_and_no_second()
    {
        await using DesignerApp app = await DesignerApp.StartAsync();
        Assert.Single(app.Announced, line => line.Contains(app.Code, StringComparison.Ordinal));
        TestBrowser first = app.Browser();

        using HttpResponseMessage made = await first.SubmitAsync("/setup", Form(app.Code));
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        Assert.Contains("Flows", await first.PageAsync("/"), StringComparison.Ordinal);

        // The form is gone, and sending it all the same makes nobody.
        using HttpResponseMessage again = await app.Browser().GetAsync("/setup");
        Assert.Equal("/signin", again.Headers.Location?.OriginalString.Replace("http://localhost", "", StringComparison.Ordinal));
        await using AsyncServiceScope scope = app.Services.CreateAsyncScope();
        (Outcome outcome, SignedInMember? second) = await scope.ServiceProvider.GetRequiredService<Accounts>()
            .SetUpAsync(app.Code, new PersonForm("eve@example.org", "Eve", DesignerApp.Password), "Other");
        Assert.False(outcome.IsDone);
        Assert.Null(second);
        Assert.Single(await app.Services.GetRequiredService<MemberStore>().WorkspacesAsync());
    }

    [Fact]
    public async Task A_fresh_workspace_can_be_asked_at_once()
    {
        await using DesignerApp app = await DesignerApp.StartAsync();
        using HttpResponseMessage made = await app.Browser().SubmitAsync("/setup", Form(app.Code));
        Workspace workspace = Assert.Single(await app.Services.GetRequiredService<MemberStore>().WorkspacesAsync());

        FlowDraft? flow = await app.Services.GetRequiredService<FlowStore>().FindAsync(workspace.Id, ShippedTemplates.Handbook);
        KnowledgeBase handbook = Assert.Single(await app.Services.GetRequiredService<IKnowledgeStore>().ListAsync(workspace.Id, TestContext.Current.CancellationToken));

        Assert.NotNull(flow);
        Assert.All(FlowJson.Read(flow.Document.Span).Slots.Keys, slot => Assert.Contains(slot, flow.Bindings.Keys));
        Assert.Contains(handbook.Slug, flow.Bindings.Values);
        Assert.Contains("extractive", flow.Bindings.Values);
        Assert.NotEmpty(await app.Services.GetRequiredService<KnowledgeIndex>().SearchAsync(handbook, "How many days of leave can I carry over?", 3, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_wrong_code_makes_nobody_and_a_weak_password_does_not_cost_the_code()
    {
        await using DesignerApp app = await DesignerApp.StartAsync();
        TestBrowser browser = app.Browser();

        using HttpResponseMessage wrong = await browser.SubmitAsync("/setup", Form("AAAA-BBBB-CCCC"));
        Assert.Contains("wrong or no longer works", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage weak = await browser.SubmitAsync("/setup", Form(app.Code, password: "short"));
        Assert.Equal(HttpStatusCode.OK, weak.StatusCode);
        Assert.False(await app.Services.GetRequiredService<MemberStore>().AnyMemberAsync());

        using HttpResponseMessage right = await browser.SubmitAsync("/setup", Form(app.Code.ToLowerInvariant()));
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
    }

    [Fact]
    public async Task Before_the_first_account_sign_in_leads_to_set_up_and_a_later_start_prints_no_code()
    {
        string folder = Directory.CreateTempSubdirectory("designer-web-").FullName;
        await using (DesignerApp app = await DesignerApp.StartAsync(folder: folder))
        {
            using HttpResponseMessage page = await app.Browser().GetAsync("/signin");
            Assert.EndsWith("/setup", page.Headers.Location!.OriginalString, StringComparison.Ordinal);
            await app.AddMemberAsync("mara@example.org", Role.Owner);
        }
        await using (DesignerApp app = await DesignerApp.StartAsync(folder: folder))
        {
            Assert.Single(app.Announced);
            Assert.Equal("", app.Code);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_code_expires_after_a_day_dies_with_the_next_and_is_not_guessed()
    {
        var time = new FakeTimeProvider();
        var codes = new SetupCode(time);

        string old = codes.Issue();
        string code = codes.Issue();
        Assert.False(codes.TryTake(old));
        Assert.False(codes.TryTake(null));
        time.Advance(TimeSpan.FromHours(24));
        Assert.False(codes.TryTake(code));

        string guessed = codes.Issue();
        for (int i = 0; i < 20; i++) Assert.False(codes.TryTake("AAAA-AAAA-AAAA"));
        Assert.False(codes.TryTake(guessed));
    }
}
