using System.Globalization;
using System.Text;
using Designer.Models.Connections;

namespace Designer.Web.Features.Models;

/// <summary>What a person enters to connect a model, until it is a <see cref="ModelConnection"/>.</summary>
public sealed class ModelForm
{
    public string Endpoint { get; set; } = "";
    public string Key { get; set; } = "";
    public string Model { get; set; } = "";
    public string Name { get; set; } = "";
    public bool AllowPrivateNetwork { get; set; }
    public string ContextTokens { get; set; } = "";
    public string InputPrice { get; set; } = "";
    public string OutputPrice { get; set; } = "";

    /// <summary>The address, null for OpenAI itself or when it is none.</summary>
    public Uri? Address => string.IsNullOrWhiteSpace(Endpoint) ? null : Uri.TryCreate(Endpoint.Trim(), UriKind.Absolute, out Uri? uri) ? uri : null;

    /// <summary>The connection, and what is wrong with the form; it is to be saved only when nothing is.</summary>
    public (ModelConnection Connection, IReadOnlyList<string> Problems) Read(Guid id, Guid workspaceId, IKeyProtector keys)
    {
        var problems = new List<string>();
        if (!string.IsNullOrWhiteSpace(Endpoint) && Address is null) problems.Add(L["The address must be one like https://host/v1."]);
        var connection = new ModelConnection
        {
            Id = id,
            WorkspaceId = workspaceId,
            Name = Name.Trim(),
            Provider = ModelProviders.OpenAi,
            Endpoint = Address,
            Model = Model.Trim(),
            ProtectedKey = string.IsNullOrWhiteSpace(Key) ? null : keys.Protect(Key.Trim()),
            AllowPrivateNetwork = AllowPrivateNetwork,
            ContextTokens = (int?)Number(ContextTokens, L["context length"], problems),
            InputPrice = Number(InputPrice, L["input price"], problems),
            OutputPrice = Number(OutputPrice, L["output price"], problems),
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

    private static decimal? Number(string text, string what, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (decimal.TryParse(text.Trim(), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number)) return number;
        problems.Add(L["The {0} must be a number.", what]);
        return null;
    }
}
