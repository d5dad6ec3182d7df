using System.Net;
using Designer.Storage;
using Designer.Web.Features.Access;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Access;

public sealed class LinkTests
{
    private static Dictionary<string, string> Form(string email, string password = DesignerApp.Password) =>
        new() { ["Form.Name"] = "Noor", ["Form.Email"] = email, ["Form.Password"] = password };

    private static async Task<string> InviteAsync(DesignerApp app, Role role, string? email = null) =>
        (await app.Services.GetRequiredService<MemberStore>().InviteAsync(app.Owner.WorkspaceId, email, role, app.Owner.Author)).Token;

    private static async Task<Role?> RoleAsync(DesignerApp app, string email) =>
        (await app.Services.GetRequiredService<MemberStore>().ListAsync(app.Owner.WorkspaceId)).FirstOrDefault(m => m.Email == email)?.Role;

    [Fact]
    public async Task An_invitation_lets_one_person_in_with_its_role()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        string token = await InviteAsync(app, Role.Operator);

        TestBrowser noor = app.Browser();
        using HttpResponseMessage joined = await noor.SubmitAsync($"/invite/{token}", Form("noor@example.org"));
        using HttpResponseMessage late = await app.Browser().SubmitAsync($"/invite/{token}", Form("eve@example.org"));

        Assert.Equal(HttpStatusCode.Redirect, joined.StatusCode);
        Assert.Equal(Role.Operator, await RoleAsync(app, "noor@example.org"));
        Assert.Null(await RoleAsync(app, "eve@example.org"));
        Assert.NotEqual(HttpStatusCode.Redirect, late.StatusCode);
        Assert.Contains("no longer works", await app.Browser().PageAsync($"/invite/{token}"), StringComparison.Ordinal);
        await noor.PageAsync("/");
    }

    [Fact]
    public async Task Of_two_people_with_the_same_link_one_gets_in()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        string token = await InviteAsync(app, Role.Viewer);

        HttpResponseMessage[] both = await Task.WhenAll(
            app.Browser().SubmitAsync($"/invite/{token}", Form("one@example.org")), app.Browser().SubmitAsync($"/invite/{token}", Form("two@example.org")));

        Assert.Single(both, response => response.StatusCode == HttpStatusCode.Redirect);
        Assert.Single(await app.Services.GetRequiredService<MemberStore>().ListAsync(app.Owner.WorkspaceId), member => member.Role == Role.Viewer);
    }

    [Fact]
    public async Task Extra_fields_change_neither_role_nor_workspace()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        string token = await InviteAsync(app, Role.Viewer);

        var form = Form("noor@example.org");
        form["Form.Role"] = form["Role"] = "Owner";
        form["Form.WorkspaceId"] = Guid.NewGuid().ToString();
        form["Form.IsAdmin"] = "true";
        using HttpResponseMessage joined = await app.Browser().SubmitAsync($"/invite/{token}", form);

        Assert.Equal(HttpStatusCode.Redirect, joined.StatusCode);
        Assert.Equal(Role.Viewer, await RoleAsync(app, "noor@example.org"));
    }

    [Fact]
    public async Task An_invitation_for_an_address_is_for_nobody_else()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        string token = await InviteAsync(app, Role.Editor, "noor@example.org");

        using HttpResponseMessage other = await app.Browser().SubmitAsync($"/invite/{token}", Form("eve@example.org"));
        using HttpResponseMessage meant = await app.Browser().SubmitAsync($"/invite/{token}", Form("Noor@example.org"));

        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, meant.StatusCode);
    }

    [Fact]
    public async Task Somebody_with_an_account_must_know_its_password_to_join_with_it()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        SignedInMember known = await app.AddMemberAsync("noor@example.org", Role.Owner, ownWorkspace: true);
        string token = await InviteAsync(app, Role.Editor);

        using HttpResponseMessage thief = await app.Browser().SubmitAsync($"/invite/{token}", Form(known.Email, "not the password"));
        Assert.Null(await RoleAsync(app, known.Email));
        using HttpResponseMessage noor = await app.Browser().SubmitAsync($"/invite/{token}", Form(known.Email));

        Assert.Equal(HttpStatusCode.OK, thief.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, noor.StatusCode);
        Assert.Equal(Role.Editor, await RoleAsync(app, known.Email));
    }

    [Fact]
    public async Task Joining_leads_into_the_new_workspace_and_only_ones_own_can_be_chosen()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        SignedInMember known = await app.AddMemberAsync("noor@example.org", Role.Owner, ownWorkspace: true);
        SignedInMember stranger = await app.AddMemberAsync("eve@example.org", Role.Owner, ownWorkspace: true);
        TestBrowser noor = app.Browser();

        using HttpResponseMessage joined = await noor.SubmitAsync($"/invite/{await InviteAsync(app, Role.Editor)}", Form(known.Email));

        Assert.Contains(app.Owner.WorkspaceName, await noor.PageAsync("/"), StringComparison.Ordinal);
        await app.Services.GetRequiredService<SettingStore>().SetAsync($"workspace.of.{known.UserId:N}", stranger.WorkspaceId.ToString());
        string page = await (await app.SignInAsync(known.Email)).PageAsync("/");
        Assert.DoesNotContain(stranger.WorkspaceName, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_link_works_once_ends_sessions_and_a_weak_password_does_not_cost_it()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        SignedInMember editor = await app.AddMemberAsync("ed@example.org", Role.Editor);
        CreatedInvite link = (await app.Services.GetRequiredService<MemberStore>().CreateResetAsync(editor.WorkspaceId, editor.UserId, "owner"))!;
        Dictionary<string, string> Password(string text) => new() { ["Form.Password"] = text };

        using HttpResponseMessage weak = await app.Browser().SubmitAsync($"/reset/{link.Token}", Password("short"));
        Assert.Contains("at least 10", await weak.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage set = await app.Browser().SubmitAsync($"/reset/{link.Token}", Password("another good password"));
        Assert.Contains("The new password is set", await set.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("no longer works", await app.Browser().PageAsync($"/reset/{link.Token}"), StringComparison.Ordinal);

        using HttpResponseMessage old = await app.Browser().SubmitAsync("/signin", new() { ["Form.Email"] = editor.Email, ["Form.Password"] = DesignerApp.Password });
        using HttpResponseMessage now = await app.Browser().SubmitAsync("/signin", new() { ["Form.Email"] = editor.Email, ["Form.Password"] = "another good password" });
        Assert.Equal(HttpStatusCode.OK, old.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, now.StatusCode);
    }

    [Fact]
    public async Task An_invitation_is_no_password_link_and_the_other_way_round()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        string invite = await InviteAsync(app, Role.Editor);
        CreatedInvite reset = (await app.Services.GetRequiredService<MemberStore>().CreateResetAsync(app.Owner.WorkspaceId, app.Owner.UserId, "owner"))!;

        Assert.Contains("no longer works", await app.Browser().PageAsync($"/reset/{invite}"), StringComparison.Ordinal);
        Assert.Contains("no longer works", await app.Browser().PageAsync($"/invite/{reset.Token}"), StringComparison.Ordinal);
    }
}
