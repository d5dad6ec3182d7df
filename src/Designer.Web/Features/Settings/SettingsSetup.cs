namespace Designer.Web.Features.Settings;

public static class SettingsSetup
{
    public static void AddSettingPages(this IServiceCollection services)
    {
        services.AddSingleton<RunRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<RunRetention>());
    }
}
