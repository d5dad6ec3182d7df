using System.Security.Claims;
using Designer.Storage;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Designer.Web.Features.Access;

/// <summary>Ends open pages of somebody who was removed, or whose password was reset, within half a minute.</summary>
public sealed class SessionWatch(ILoggerFactory logs, IServiceScopeFactory scopes, IOptions<IdentityOptions> identity) : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        ClaimsPrincipal principal = authenticationState.User;
        if (await users.GetUserAsync(principal) is not { } user) return false;
        return principal.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) == await users.GetSecurityStampAsync(user);
    }
}
