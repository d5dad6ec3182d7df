using MudBlazor;

namespace Designer.Web.Features.Shell;

/// <summary>The part of MudBlazor's theme that is no colour: colours come from the token file by CSS, in both themes.</summary>
public static class Look
{
    private static readonly string[] s_fonts = ["Inter Variable", "Noto Sans CJK SC", "system-ui", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = s_fonts, FontSize = "13px", LineHeight = "20px" },
            Body1 = new Body1Typography { FontFamily = s_fonts, FontSize = "13px", LineHeight = "20px" },
            Body2 = new Body2Typography { FontFamily = s_fonts, FontSize = "13px", LineHeight = "20px" },
            H6 = new H6Typography { FontFamily = s_fonts, FontSize = "15px", LineHeight = "22px", FontWeight = "600" },
            Button = new ButtonTypography { FontFamily = s_fonts, FontSize = "13px", FontWeight = "550", TextTransform = "none", LetterSpacing = "0" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
    };
}
