using Designer.Web.Features.Shell;

namespace Designer.Web.Features.Flows;

public static class FlowsSetup
{
    public static void AddFlowPages(this IServiceCollection services)
    {
        services.AddSingleton<FlowLists>();
        services.AddSingleton<FlowExchange>();
        services.AddScoped<IPaletteSource, FlowPalette>();
    }
}
