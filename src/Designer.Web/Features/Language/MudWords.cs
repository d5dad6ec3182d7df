using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Designer.Web.Features.Language;

/// <summary>What MudBlazor itself says, e.g. on a dialog's close button. It asks here only where the language is not English.</summary>
public sealed class MudWords : MudLocalizer
{
    public override LocalizedString this[string key] => ((IStringLocalizer)Words.L)[key];

    public override LocalizedString this[string key, params object[] arguments] => ((IStringLocalizer)Words.L)[key, arguments];
}
