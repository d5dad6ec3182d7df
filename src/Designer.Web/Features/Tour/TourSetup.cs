namespace Designer.Web.Features.Tour;

public static class TourSetup
{
    public static void AddTour(this IServiceCollection services) => services.AddScoped<TourProgress>();
}
