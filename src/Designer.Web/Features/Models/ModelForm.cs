using System.Globalization;
using System.Text;
using Designer.Models.Connections;

namespace Designer.Web.Features.Models;

/// <summary>What a person enters to connect or change a model, until it is a <see cref="ModelConnection"/>.</summary>
public sealed class ModelForm
{
    public string Provider { get; set; } = ModelProviders.OpenAi;
    public string Endpoint { get; set; } = "";
    /// <summary>Empty: none, or for a known connection the stored one.</summary>
    public string Key { get; set; } = "";
    public string Model { get; set; } = "";
    /// <summary>Empty: made of the model's.</summary>
    public string Name { get; set; } = "";
    public bool AllowPrivateNetwork { get; set; }
    public string ContextTokens { get; set; } = "";
    public string InputPrice { get; set; } = "";
    public string OutputPrice { get; set; } = "";
    public string TimeoutSeconds { get; set; } = "";
    public string MaxConcurrent { get; set; } = "";
    public string Retries { get; set; } = "";
    public string TokenLimitName { get; set; } = "";
    public string ReasoningField { get; set; } = "";
    public string ToolFormat { get; set; } = "";
    public string Fallback { get; set; } = "";
    public string Thinking { get; set; } = "";
    /// <summary>Of a model in this process, as the next two. Empty: as the settings say.</summary>
    public string ExecutionProvider { get; set; } = "";
    public bool? FallBackToCpu { get; set; }
    public string CacheMegabytes { get; set; } = "";

    /// <summary>The address, null for the provider's own or when it is none.</summary>
    public Uri? Address => string.IsNullOrWhiteSpace(Endpoint) ? null : Uri.TryCreate(Endpoint.Trim(), UriKind.Absolute, out Uri? uri) ? uri : null;

    /// <summary>A known connection to change; its key stays where it is.</summary>
    public static ModelForm Of(ModelConnection known) => new()
    {
        Provider = known.Provider,
        Endpoint = known.Endpoint?.AbsoluteUri ?? "",
        Model = known.Model,
        Name = known.Name,
        AllowPrivateNetwork = known.AllowPrivateNetwork,
        ContextTokens = Text(known.ContextTokens),
        InputPrice = Text(known.InputPrice),
        OutputPrice = Text(known.OutputPrice),
        TimeoutSeconds = Text(known.Options.TimeoutSeconds),
        MaxConcurrent = Text(known.Options.MaxConcurrent),
        Retries = Text(known.Options.Retries),
        TokenLimitName = known.Options.TokenLimitName ?? "",
        ToolFormat = known.Options.ToolFormat ?? "",
        ReasoningField = known.Options.ReasoningField ?? "",
        Fallback = known.Options.Fallback ?? "",
        Thinking = known.Options.Thinking ?? "",
        ExecutionProvider = known.Options.ExecutionProvider ?? "",
        FallBackToCpu = known.Options.FallBackToCpu,
        CacheMegabytes = Text(known.Options.CacheMegabytes),
    };

    /// <summary>The connection, and what is wrong with the form; it is to be saved only when nothing is.</summary>
    /// <param name="known">What is changed; null for a new one.</param>
    public (ModelConnection Connection, IReadOnlyList<string> Problems) Read(Guid id, Guid workspaceId, IKeyProtector keys, ModelConnection? known = null)
    {
        var problems = new List<string>();
        if (!string.IsNullOrWhiteSpace(Endpoint) && Address is null) problems.Add(L["The address must be one like https://host/v1."]);
        // A ComfyUI server has no model of its own: workflows name theirs.
        string model = Provider == ModelProviders.ComfyUi ? ModelProviders.ComfyUi : Model.Trim();
        bool isSameServer = known is not null && known.Provider == Provider && known.Endpoint == Address;
        var connection = new ModelConnection
        {
            Id = known?.Id ?? id,
            WorkspaceId = workspaceId,
            Name = Name.Trim() is { Length: > 0 } name ? name : NameOf(Model.Trim()),
            Provider = Provider,
            Endpoint = Address,
            Model = model,
            // A stored key goes to the server it was entered for and to no other.
            ProtectedKey = !string.IsNullOrWhiteSpace(Key) ? keys.Protect(Key.Trim()) : isSameServer ? known!.ProtectedKey : null,
            AllowPrivateNetwork = AllowPrivateNetwork,
            Capabilities = isSameServer && known!.Model == model ? known.Capabilities : ModelProviders.KindOf(Provider),
            ContextTokens = Whole(ContextTokens, L["context length"], problems),
            InputPrice = Number(InputPrice, L["input price"], problems),
            OutputPrice = Number(OutputPrice, L["output price"], problems),
            Enabled = known?.Enabled ?? true,
            Options = new ModelOptions
            {
                TimeoutSeconds = Whole(TimeoutSeconds, L["timeout"], problems),
                MaxConcurrent = Whole(MaxConcurrent, L["number of calls at once"], problems),
                Retries = Whole(Retries, L["number of repeats"], problems) ?? new ModelOptions().Retries,
                TokenLimitName = OrNull(TokenLimitName),
                ReasoningField = OrNull(ReasoningField),
                ToolFormat = OrNull(ToolFormat),
                Fallback = OrNull(Fallback),
                Thinking = OrNull(Thinking),
                ExecutionProvider = OrNull(ExecutionProvider),
                FallBackToCpu = FallBackToCpu,
                CacheMegabytes = Whole(CacheMegabytes, L["memory of running requests"], problems),
            },
        };
        problems.AddRange(connection.Problems());
        return (connection, problems);
    }

    /// <summary>A name for flows to bind to, made of the model's: <c>meta/Llama-3.1:8b</c> gives <c>llama-3.1-8b</c>.</summary>
    public static string NameOf(string model)
    {
        var name = new StringBuilder();
        foreach (char c in model.Split('/')[^1].ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c) || (name.Length > 0 && c is '.' or '_')) name.Append(c);
            else if (name.Length > 0 && name[^1] != '-') name.Append('-');
        }
        return name.Length > 60 ? name.ToString(0, 60).TrimEnd('-') : name.ToString().TrimEnd('-');
    }

    private static string? OrNull(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static int? Whole(string text, string what, List<string> problems)
    {
        if (Number(text, what, problems) is not { } number) return null;
        if (number == decimal.Truncate(number) && Math.Abs(number) <= int.MaxValue) return (int)number;
        problems.Add(L["The {0} must be a whole number.", what]);
        return null;
    }

    private static decimal? Number(string text, string what, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (decimal.TryParse(text.Trim(), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number)) return number;
        problems.Add(L["The {0} must be a number.", what]);
        return null;
    }
}
