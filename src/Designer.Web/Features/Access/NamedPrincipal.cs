using System.Security.Claims;
using Designer.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Designer.Web.Features.Access;

/// <summary>Puts the person's name into the session beside id and e-mail address. What they may do is never in it: that is read anew.</summary>
public sealed class NamedPrincipal(UserManager<User> users, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<User>(users, options)
{
    public const string NameClaim = "designer.name";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(User user)
    {
        ClaimsIdentity identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(NameClaim, user.DisplayName));
        return identity;
    }
}
