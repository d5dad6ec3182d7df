using System.Text;
using Designer.Engine;
using Designer.Flows;
using Designer.Models.Connections;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Designer.Storage.Tests;

/// <summary>The storage as the host registers it.</summary>
internal static class Services
{
    public static async Task<ServiceProvider> StartAsync(StorageOptions options, TimeProvider? clock = null, ILoggerProvider? logs = null)
    {
        ServiceCollection services = new();
        services.AddSingleton<IKeyProtector, Reversed>();
        if (clock is not null) services.AddSingleton(clock);
        if (logs is not null) services.AddLogging(logging => logging.AddProvider(logs));
        services.AddDesignerStorage(options);
        ServiceProvider provider = services.BuildServiceProvider();
        await provider.GetRequiredService<StorageStart>().MigrateAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    public static async Task<Workspace> AddWorkspaceAsync(this IServiceProvider services, string name = "Team") =>
        await services.GetRequiredService<MemberStore>().CreateWorkspaceAsync(name, await services.AddUserAsync());

    public static async Task<Guid> AddUserAsync(this IServiceProvider services)
    {
        await using DesignerDb db = await services.GetRequiredService<IDbContextFactory<DesignerDb>>().CreateDbContextAsync();
        Guid id = Guid.NewGuid();
        string email = $"{id:N}@example.com";
        db.Users.Add(new User { Id = id, UserName = email, NormalizedUserName = email.ToUpperInvariant(), Email = email, NormalizedEmail = email.ToUpperInvariant(), CreatedAt = DateTimeOffset.UtcNow });
        await db.SaveChangesAsync();
        return id;
    }

    public static byte[] Document(Guid id, string name = "Ask") => FlowJson.Write(new FlowDocument { Id = id, Name = name });

    public static async Task<FlowDraft> AddFlowAsync(this IServiceProvider services, Guid workspace, string name = "Ask")
    {
        Guid id = Guid.CreateVersion7();
        return await services.GetRequiredService<FlowStore>().CreateAsync(workspace, new NewFlow(id, name, null, Document(id, name)), "ada");
    }

    /// <summary>Not safe, but shows what was protected and what was not.</summary>
    private sealed class Reversed : IKeyProtector
    {
        public string Protect(string key) => "p:" + Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
        public string Unprotect(string protectedKey) => Encoding.UTF8.GetString(Convert.FromBase64String(protectedKey[2..]));
    }
}
