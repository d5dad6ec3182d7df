using System.Text;
using System.Text.Json;

namespace Designer.Engine;

/// <summary>The secrets handed out in one run; nothing that is recorded or shown may hold them.</summary>
internal sealed class SecretMask
{
    private const string Shown = "[secret]";
    private string[] secrets = [];

    public bool IsEmpty => secrets.Length == 0;

    // A very short secret would mask half of all text; such a one protects nothing anyway.
    public void Add(string secret)
    {
        if (secret.Length < 6 || secrets.Contains(secret)) return;
        string escaped = JsonEncodedText.Encode(secret, Flows.FlowJson.Options.Encoder).ToString();
        string[] forms = [secret, escaped, Uri.EscapeDataString(secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))];
        secrets = [.. secrets, .. forms.Distinct()];
    }

    public string Mask(string text)
    {
        foreach (string secret in secrets) text = text.Replace(secret, Shown, StringComparison.Ordinal);
        return text;
    }

    public ReadOnlyMemory<byte> Mask(ReadOnlyMemory<byte> json) => IsEmpty ? json : Encoding.UTF8.GetBytes(Mask(Encoding.UTF8.GetString(json.Span)));

    /// <summary>Outputs without secrets, so that what follows sees what the log has.</summary>
    public object? Mask(object? outputs, Type type)
    {
        if (IsEmpty || outputs is null) return outputs;
        string json = JsonSerializer.Serialize(outputs, outputs.GetType(), Flows.FlowJson.Options);
        string masked = Mask(json);
        return ReferenceEquals(masked, json) || masked == json ? outputs : JsonSerializer.Deserialize(masked, type, Flows.FlowJson.Options);
    }
}
