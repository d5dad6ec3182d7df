using System.Security.Claims;
using Designer.Storage;
using Microsoft.AspNetCore.Components.Authorization;

namespace Designer.Web.Features.Access;

/// <summary>Who is asking, in pages and in endpoints alike. Reads the membership anew every few seconds, so that a changed role counts soon.</summary>
public sealed class CurrentMember(AuthenticationStateProvider circuit, IHttpContextAccessor http, MemberStore members, SettingStore settings, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Guid _userId;
    private SignedInMember? _member;
    private long _readAt;

    /// <summary>Null when nobody is signed in, or the person is in no workspace any more.</summary>
    public async Task<SignedInMember?> FindAsync() => await FindAsync(await PrincipalAsync());

    /// <exception cref="UnauthorizedAccessException">Nobody is signed in.</exception>
    public async Task<SignedInMember> GetAsync() => await FindAsync() ?? throw new UnauthorizedAccessException("Sign in first.");

    /// <summary>The member, if their role has the permission now.</summary>
    /// <exception cref="UnauthorizedAccessException">It has not.</exception>
    public async Task<SignedInMember> RequireAsync(string permission)
    {
        SignedInMember member = await GetAsync();
        return member.May(permission) ? member : throw new UnauthorizedAccessException($"The role {Permissions.NameOf(member.Role)} does not include '{permission}'.");
    }

    internal async Task<SignedInMember?> FindAsync(ClaimsPrincipal? principal)
    {
        if (principal is null || !Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out Guid userId)) return null;
        await _gate.WaitAsync();
        try
        {
            if (_userId == userId && time.GetElapsedTime(_readAt) < s_memory) return _member;
            MemberOf? here = await ChosenAsync(userId);
            string email = principal.FindFirstValue(ClaimTypes.Email) ?? "";
            string name = principal.FindFirstValue(NamedPrincipal.NameClaim) is { Length: > 0 } known ? known : email;
            _member = here is null ? null : new SignedInMember(userId, name, email, here.WorkspaceId, here.Name, here.Role);
            (_userId, _readAt) = (userId, time.GetTimestamp());
            return _member;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>All workspaces of the person who asks.</summary>
    public async Task<IReadOnlyList<MemberOf>> WorkspacesAsync() => await members.WorkspacesOfAsync((await GetAsync()).UserId);

    /// <summary>Works in another workspace from the next page on. False when the person does not belong to it.</summary>
    public async Task<bool> SwitchAsync(Guid workspaceId)
    {
        SignedInMember member = await GetAsync();
        if (await members.RoleAsync(workspaceId, member.UserId) is null) return false;
        await settings.SetAsync(ChoiceOf(member.UserId), workspaceId.ToString());
        return true;
    }

    /// <summary>The installation's setting that remembers in which of several workspaces a person works.</summary>
    internal static string ChoiceOf(Guid userId) => $"workspace.of.{userId:N}";

    public void Dispose() => _gate.Dispose();

    // What is remembered counts only as long as the person belongs to it.
    private async Task<MemberOf?> ChosenAsync(Guid userId)
    {
        IReadOnlyList<MemberOf> all = await members.WorkspacesOfAsync(userId);
        if (all.Count < 2) return all.Count == 0 ? null : all[0];
        string? chosen = await settings.FindAsync(ChoiceOf(userId));
        return all.FirstOrDefault(workspace => workspace.WorkspaceId.ToString() == chosen) ?? all[0];
    }

    // A circuit outlives the request that opened it, so only plain requests are asked for their user.
    private async Task<ClaimsPrincipal?> PrincipalAsync() =>
        http.HttpContext is { } context && !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase)
            ? context.User
            : (await circuit.GetAuthenticationStateAsync()).User;
}
