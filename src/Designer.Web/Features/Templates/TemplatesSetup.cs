namespace Designer.Web.Features.Templates;

public static class TemplatesSetup
{
    public static void AddTemplatePages(this IServiceCollection services)
    {
        services.AddSingleton<ShippedTemplates>();
        services.AddSingleton<Gallery>();
        services.AddSingleton<FlowFromTemplate>();
    }
}
