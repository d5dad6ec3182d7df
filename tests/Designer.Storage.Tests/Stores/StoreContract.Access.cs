using Microsoft.Extensions.DependencyInjection;

namespace Designer.Storage.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_key_opens_its_flow_until_it_is_revoked()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id, other = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace);
        Assert.Null(await Keys.CreateAsync(other, flow.Id, "k", false, "eve", cancellation: Cancel));
        CreatedApiKey created = (await Keys.CreateAsync(workspace, flow.Id, "k", canApprove: true, "ada", cancellation: Cancel))!;
        Assert.Matches("^dk_[0-9A-Za-z]{43}$", created.Text);
        Assert.Equal(created.Text[..9], created.Key.Prefix);

        for (int i = 0; i < 2; i++)
        {
            ApiKey found = (await Keys.FindAsync(created.Text, Cancel))!;
            Assert.Equal((workspace, flow.Id, true, true), (found.WorkspaceId, found.FlowId, found.CanRun, found.CanApprove));
        }
        Assert.Null(await Keys.FindAsync(created.Text + "x", Cancel));
        Assert.Null(await Keys.FindAsync("dk_", Cancel));
        Assert.Null(await Keys.FindAsync(created.Text.ToUpperInvariant(), Cancel));
        Assert.Equal(_clock.GetUtcNow(), Assert.Single(await Keys.ListAsync(workspace, flow.Id, Cancel)).LastUsedAt);
        Assert.Empty(await Keys.ListAsync(other, cancellation: Cancel));

        Assert.False(await Keys.RevokeAsync(other, created.Key.Id, Cancel));
        Assert.True(await Keys.RevokeAsync(workspace, created.Key.Id, Cancel));
        Assert.False(await Keys.RevokeAsync(workspace, created.Key.Id, Cancel));
        Assert.Null(await Keys.FindAsync(created.Text, Cancel));
    }

    [Fact]
    public async Task A_key_ends_with_its_time_its_flow_and_another_processs_revocation()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace);
        CreatedApiKey brief = (await Keys.CreateAsync(workspace, flow.Id, "brief", false, "ada", _clock.GetUtcNow().AddSeconds(1), Cancel))!;
        CreatedApiKey revoked = (await Keys.CreateAsync(workspace, flow.Id, "revoked", false, "ada", cancellation: Cancel))!;
        CreatedApiKey orphan = (await Keys.CreateAsync(workspace, flow.Id, "orphan", false, "ada", cancellation: Cancel))!;
        Assert.NotNull(await Keys.FindAsync(brief.Text, Cancel));
        Assert.NotNull(await Keys.FindAsync(revoked.Text, Cancel));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await Keys.FindAsync(brief.Text, Cancel));

        await using ServiceProvider other = await Services.StartAsync(Options, _clock);
        await other.GetRequiredService<ApiKeyStore>().RevokeAsync(workspace, revoked.Key.Id, Cancel);
        _clock.Advance(PublishedFlows.Recheck);
        Assert.Null(await Keys.FindAsync(revoked.Text, Cancel));
        Assert.NotNull(await Keys.FindAsync(orphan.Text, Cancel));
        await Flows.DeleteAsync(workspace, flow.Id, Cancel);
        _clock.Advance(PublishedFlows.Recheck);
        Assert.Null(await Keys.FindAsync(orphan.Text, Cancel));
    }

    [Fact]
    public async Task Only_one_can_be_the_first()
    {
        Assert.False(await Members.AnyMemberAsync(Cancel));
        Guid[] users = [await _services.AddUserAsync(), await _services.AddUserAsync(), await _services.AddUserAsync()];
        Workspace?[] made = await Task.WhenAll(users.Select(user => Members.CreateFirstWorkspaceAsync("Home", user, Cancel)));
        Assert.Single(made, w => w is not null);
        Assert.Null(await Members.CreateFirstWorkspaceAsync("Again", users[1], Cancel));
        Assert.Single(await Members.WorkspacesAsync(Cancel));
    }

    [Fact]
    public async Task An_invite_works_once()
    {
        Workspace workspace = await _services.AddWorkspaceAsync();
        CreatedInvite created = await Members.InviteAsync(workspace.Id, "bob@example.com", Role.Editor, "ada", Cancel);
        Assert.Equal(Role.Editor, (await Members.FindInviteAsync(created.Token, InviteKind.Join, Cancel))?.Role);
        Assert.Null(await Members.FindInviteAsync(created.Token, InviteKind.ResetPassword, Cancel));
        Assert.Null(await Members.FindInviteAsync("wrong", InviteKind.Join, Cancel));
        Guid[] users = [await _services.AddUserAsync(), await _services.AddUserAsync()];
        Invite?[] joined = await Task.WhenAll(users.Select(user => Members.JoinAsync(created.Token, user, Cancel)));
        Assert.Single(joined, i => i is not null);
        Assert.Equal(2, (await Members.ListAsync(workspace.Id, Cancel)).Count);
        Assert.Null(await Members.FindInviteAsync(created.Token, InviteKind.Join, Cancel));

        CreatedInvite late = await Members.InviteAsync(workspace.Id, null, Role.Viewer, "ada", Cancel), withdrawn = await Members.InviteAsync(workspace.Id, null, Role.Viewer, "ada", Cancel);
        Assert.Equal(2, (await Members.InvitesAsync(workspace.Id, Cancel)).Count);
        Assert.True(await Members.WithdrawInviteAsync(workspace.Id, withdrawn.Invite.Id, Cancel));
        Assert.Null(await Members.JoinAsync(withdrawn.Token, users[0], Cancel));
        _clock.Advance(MemberStore.InviteValidity);
        Assert.Null(await Members.JoinAsync(late.Token, users[0], Cancel));
    }

    [Fact]
    public async Task A_reset_link_works_once_and_only_the_latest()
    {
        Workspace workspace = await _services.AddWorkspaceAsync();
        Guid user = (await Members.ListAsync(workspace.Id, Cancel)).Single().UserId;
        Assert.Null(await Members.CreateResetAsync(workspace.Id, await _services.AddUserAsync(), "ada", Cancel));
        CreatedInvite first = (await Members.CreateResetAsync(workspace.Id, user, "ada", Cancel))!, second = (await Members.CreateResetAsync(workspace.Id, user, "ada", Cancel))!;
        Assert.Null(await Members.UseResetAsync(first.Token, Cancel));
        Assert.Null(await Members.JoinAsync(second.Token, user, Cancel));
        Assert.Equal(user, (await Members.UseResetAsync(second.Token, Cancel))?.UserId);
        Assert.Null(await Members.UseResetAsync(second.Token, Cancel));
    }

    [Fact]
    public async Task A_workspace_keeps_an_owner()
    {
        Workspace workspace = await _services.AddWorkspaceAsync();
        Guid owner = (await Members.ListAsync(workspace.Id, Cancel)).Single().UserId, second = await _services.AddUserAsync();
        Assert.Equal("member.lastOwner", (await Assert.ThrowsAsync<StorageConflictException>(() => Members.RemoveAsync(workspace.Id, owner, Cancel))).Code);
        Assert.Equal("member.lastOwner", (await Assert.ThrowsAsync<StorageConflictException>(() => Members.SetRoleAsync(workspace.Id, owner, Role.Viewer, Cancel))).Code);
        await Members.AddAsync(workspace.Id, second, Role.Viewer, Cancel);
        Assert.Equal("member.exists", (await Assert.ThrowsAsync<StorageConflictException>(() => Members.AddAsync(workspace.Id, second, Role.Owner, Cancel))).Code);
        Assert.True(await Members.SetRoleAsync(workspace.Id, second, Role.Owner, Cancel));
        Assert.True(await Members.RemoveAsync(workspace.Id, owner, Cancel));
        Assert.Null(await Members.RoleAsync(workspace.Id, owner, Cancel));
        Assert.Equal(Role.Owner, await Members.RoleAsync(workspace.Id, second, Cancel));
        Assert.Equal(workspace.Id, Assert.Single(await Members.WorkspacesOfAsync(second, Cancel)).WorkspaceId);
        Assert.False(await Members.RemoveAsync(workspace.Id, owner, Cancel));
    }
}
