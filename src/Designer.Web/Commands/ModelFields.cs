using System.CommandLine;
using Designer.Models.Connections;
using Designer.Web.Features.Models;

namespace Designer.Web.Commands;

/// <summary>What <c>model add</c> and <c>model edit</c> take alike: each option is a field of the form that the web app shows.</summary>
internal static class ModelFields
{
    private static readonly Option<bool> s_keyStdin = new("--key-stdin") { Description = "The API key is the first line of standard input" };
    private static readonly Option<bool> s_private = new("--private") { Description = "The server may stand on this machine or in a private network; --private false takes that back" };

    private static readonly Option<string?> s_endpoint = Text("--endpoint", "URL", "Base address of the server; it often ends with /v1. Default: the provider's own");
    private static readonly Option<string?> s_model = Text("--model", "ID", "The model's name as the server knows it; for Azure the deployment's");

    private static readonly (Option<string?> Option, Action<ModelForm, string> Set)[] s_fields =
    [
        (s_endpoint, (form, value) => form.Endpoint = value),
        (s_model, (form, value) => form.Model = value),
        (Text("--context", "TOKENS", "Context length"), (form, value) => form.ContextTokens = value),
        (Text("--input-price", "PRICE", "Per million tokens"), (form, value) => form.InputPrice = value),
        (Text("--output-price", "PRICE", "Per million tokens"), (form, value) => form.OutputPrice = value),
        (Text("--timeout", "SECONDS", "Until an answer must begin"), (form, value) => form.TimeoutSeconds = value),
        (Text("--concurrent", "COUNT", "How many calls may be under way at once; others wait"), (form, value) => form.MaxConcurrent = value),
        (Text("--retries", "COUNT", "How often a busy or failing server is asked again. Default: 2"), (form, value) => form.Retries = value),
        (Text("--thinking", "HOW", $"How much Anthropic's models think: {string.Join(", ", ModelOptions.ThinkingWays)} (budget: older models)"), (form, value) => form.Thinking = value),
        (Text("--fallback", "NAME", "The model that answers when this one fails"), (form, value) => form.Fallback = value),
        (Text("--token-limit", "NAME", $"What the server calls the limit of an answer: {ModelOptions.MaxTokens} or {ModelOptions.MaxCompletionTokens}"), (form, value) => form.TokenLimitName = value),
        (Text("--tool-format", "FORMAT", $"{ModelOptions.TextTools}: for a server that knows no tools; they stand in the instructions and calls in the answer. Default: the interface's own"), (form, value) => form.ToolFormat = value),
        (Text("--execution-provider", "NAME", "Where a model of this program runs: cpu, cuda, or a plug-in's name. Default: as the settings say"), (form, value) => form.ExecutionProvider = value),
        (Text("--cpu-fallback", "true|false", "Whether it may run on the CPU when that cannot load. Default: as the settings say"), (form, value) => form.FallBackToCpu = value.Length == 0 ? null : bool.TryParse(value, out bool may) ? may : throw new CommandFailure("--cpu-fallback takes true or false.", ExitCode.Usage)),
        (Text("--cache", "MIB", "Memory for its running requests. Default: as the settings say"), (form, value) => form.CacheMegabytes = value),
        (Text("--reasoning", "FIELD", "Where the server puts its thinking. Default: reasoning_content"), (form, value) => form.ReasoningField = value),
    ];

    public static Command AddTo(Command command)
    {
        foreach ((Option<string?> option, _) in s_fields) command.Add(option);
        command.Add(s_keyStdin);
        command.Add(s_private);
        return command;
    }

    public static bool NamesModel(Session session) => session.Value(s_model) is not null;

    /// <summary>Whether anything was given that only a server has.</summary>
    public static bool NamesServer(Session session) => NamesModel(session) || session.Value(s_endpoint) is not null;

    /// <summary>Puts what was given over the form; empty text takes a field back.</summary>
    public static async Task ReadAsync(Session session, ModelForm form)
    {
        foreach ((Option<string?> option, Action<ModelForm, string> set) in s_fields)
            if (session.Value(option) is { } value) set(form, value);
        if (session.Has(s_private)) form.AllowPrivateNetwork = session.Value(s_private);
        if (session.Value(s_keyStdin)) form.Key = await session.Terminal.SecretAsync("Key", session.Stop);
    }

    private static Option<string?> Text(string name, string help, string description) => new(name) { HelpName = help, Description = description };
}
