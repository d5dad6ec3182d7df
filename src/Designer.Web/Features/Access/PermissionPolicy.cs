using Microsoft.AspNetCore.Authorization;

namespace Designer.Web.Features.Access;

/// <summary>Asks the table of <see cref="Permissions"/>; the policy of the same name carries it.</summary>
public sealed record PermissionRequirement(string Permission) : IAuthorizationRequirement;

public sealed class PermissionHandler(CurrentMember current) : AuthorizationHandler<PermissionRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if (await current.FindAsync(context.User) is { } member && member.May(requirement.Permission)) context.Succeed(requirement);
    }
}

public static class PermissionEndpoints
{
    /// <summary>Lets only members in whose role has the permission.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, string permission) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(permission);
}
