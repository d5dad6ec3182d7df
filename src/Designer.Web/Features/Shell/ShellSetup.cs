namespace Designer.Web.Features.Shell;

public static class ShellSetup
{
    public static void AddShell(this IServiceCollection services) => services.AddScoped<Browser>();
}
