using System.Net;
using System.Text.RegularExpressions;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Web.Tests;

/// <summary>The whole host over a data folder of its own, without a network.</summary>
public sealed class DesignerApp : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    private readonly string _folder = Directory.CreateTempSubdirectory("designer-web-").FullName;

    private DesignerApp()
    {
    }

    public WebApplication Host { get; private set; } = null!;
    public List<string> Announced { get; } = [];
    public IServiceProvider Services => Host.Services;
    public string Folder => _folder;

    /// <summary>The one-time code of the first start.</summary>
    public string Code => SetupLine().Match(string.Join('\n', Announced)).Value;

    public static async Task<DesignerApp> StartAsync(Action<WebApplicationBuilder>? configure = null, string? folder = null)
    {
        var app = new DesignerApp();
        string data = folder ?? app._folder;
        app.Host = DesignerHost.Create(["--data", data, "--environment", "Production"], builder =>
        {
            builder.WebHost.UseTestServer();
            builder.Services.AddSingleton(new AnnouncementWriter(app.Announced.Add));
            configure?.Invoke(builder);
        });
        await app.Host.StartAsync();
        return app;
    }

    /// <summary>A fresh installation with its owner, who is not signed in anywhere yet.</summary>
    public static async Task<DesignerApp> WithOwnerAsync(Action<WebApplicationBuilder>? configure = null)
    {
        DesignerApp app = await StartAsync(configure);
        app.Owner = await app.AddMemberAsync("owner@example.org", Role.Owner);
        return app;
    }

    public SignedInMember Owner { get; private set; } = null!;

    /// <summary>Adds somebody to the first workspace, or to a new one of their own.</summary>
    public async Task<SignedInMember> AddMemberAsync(string email, Role role, bool ownWorkspace = false)
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var members = Services.GetRequiredService<MemberStore>();
        var user = new User { Id = Guid.CreateVersion7(), UserName = email, Email = email, DisplayName = email.Split('@')[0] };
        IdentityResult created = await users.CreateAsync(user, Password);
        Assert.True(created.Succeeded, string.Join(' ', created.Errors.Select(e => e.Description)));
        IReadOnlyList<Workspace> workspaces = await members.WorkspacesAsync();
        Workspace workspace;
        if (workspaces.Count == 0 || ownWorkspace) workspace = await members.CreateWorkspaceAsync($"Workspace of {email}", user.Id);
        else await members.AddAsync((workspace = workspaces[0]).Id, user.Id, role);
        return new SignedInMember(user.Id, user.DisplayName, email, workspace.Id, workspace.Name, role);
    }

    /// <summary>A browser without cookies.</summary>
    public TestBrowser Browser() => new(Host.Services.GetRequiredService<IServer>() is TestServer server
        ? server.CreateClient()
        : new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(Host.Urls.Single()) });

    public async Task<TestBrowser> SignInAsync(string email)
    {
        TestBrowser browser = Browser();
        using HttpResponseMessage response = await browser.SubmitAsync("/signin", new() { ["Form.Email"] = email, ["Form.Password"] = Password });
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync();
        await Host.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private static Regex SetupLine() => new("[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}");
}
