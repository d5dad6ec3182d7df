using System.CommandLine;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Discovery;
using Designer.Web.Features.Access;
using Designer.Web.Features.Models;

namespace Designer.Web.Commands;

/// <summary><c>model</c>: connections to model servers.</summary>
internal static class ModelCommands
{
    private static readonly Argument<string> s_name = new("NAME") { Description = "The name that flows bind to, e.g. gpt or local-llama" };
    private static readonly Option<string> s_endpoint = new("--endpoint") { HelpName = "URL", Description = "Base address of an OpenAI-compatible server; it often ends with /v1" };
    private static readonly Option<string> s_model = new("--model") { HelpName = "ID", Description = "The model's name as the server knows it" };
    private static readonly Option<string> s_folder = new("--folder") { HelpName = "PATH", Description = "Instead of a server: a model's folder or .onnx file in the data folder's models, or in a folder that the settings allow" };
    private static readonly Option<bool> s_keyStdin = new("--key-stdin") { Description = "The API key is the first line of standard input" };
    private static readonly Option<bool> s_private = new("--private") { Description = "The server may stand on this machine or in a private network" };

    public static Command Create() => new("model", "Connections to model servers and to models that run in this process. The embedded model \"extractive\" is always there.")
    {
        new Command("add", "Connect a model. Nothing is called; \"model test\" does that.") { s_name, s_endpoint, s_model, s_folder, s_keyStdin, s_private }.Does(AddAsync),
        new Command("list", "The models of the workspace, and servers found on this machine that could be connected.").Does(ListAsync),
        new Command("test", "Call a model and say what it can do.") { s_name }.Does(TestAsync),
        new Command("remove", "Forget a connection and its key.") { s_name }.Does(RemoveAsync),
    };

    private static async Task AddAsync(Session session)
    {
        bool isFolder = session.Value(s_folder) is not null;
        if (isFolder == (session.Value(s_endpoint) is not null) || (!isFolder && session.Value(s_model) is null))
            throw new CommandFailure("Give either --endpoint and --model, or --folder.");
        ModelConnection saved = isFolder ? await AddFolderAsync(session) : await AddServerAsync(session);
        if (session.WantsJson) session.Terminal.Json(Shown(saved));
        else session.Terminal.Line($"Connected {saved.Name}. Try it: model test {saved.Name}");
    }

    private static async Task<ModelConnection> AddFolderAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        ModelConnecting connecting = await session.GetAsync<ModelConnecting>();
        string folder = session.Value(s_folder)!;
        // What stands where the person stands is meant before what has that name in the data folder.
        if (Path.Exists(folder)) folder = Path.GetFullPath(folder);
        (ModelConnection connection, IReadOnlyList<string> problems) = await connecting.ReadFolderAsync(by, folder, session.Value(s_name)!);
        if (problems is [{ } problem, ..]) throw new CommandFailure(problem);
        return await connecting.SaveAsync(connection, test: null);
    }

    private static async Task<ModelConnection> AddServerAsync(Session session)
    {
        ModelForm form = new()
        {
            Name = session.Value(s_name),
            Endpoint = session.Value(s_endpoint)!,
            Model = session.Value(s_model)!,
            AllowPrivateNetwork = session.Value(s_private),
            Key = session.Value(s_keyStdin) ? await session.Terminal.SecretAsync("Key", session.Stop) : "",
        };
        SignedInMember by = await session.MemberAsync();
        ModelConnecting connecting = await session.GetAsync<ModelConnecting>();
        (ModelConnection connection, IReadOnlyList<string> problems) = await connecting.ReadAsync(by, form);
        if (problems is [{ } problem, ..]) throw new CommandFailure(problem);
        if (connection is { Endpoint.IsLoopback: true, AllowPrivateNetwork: false }) throw new CommandFailure($"{connection.Endpoint.Host} is this machine. Add --private to allow that.");
        return await connecting.SaveAsync(connection, test: null);
    }

    private static async Task ListAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        ModelLists lists = await session.GetAsync<ModelLists>();
        IReadOnlyList<ModelConnection> models = await lists.ListAsync(by.WorkspaceId, session.Stop);
        IReadOnlyList<LocalServer> found = await lists.FoundAsync(session.Stop);
        if (session.WantsJson)
        {
            session.Terminal.Json(new { models = models.Select(Shown), found = found.Select(f => new { kind = f.Kind, endpoint = f.Endpoint, models = f.Models }) });
            return;
        }
        session.Terminal.Table(["Name", "Provider", "Model", "Endpoint", "Can", "Key"], models.Select(m => (string[])
            [m.Name, m.Provider, m.Model, m.Endpoint?.AbsoluteUri ?? "", Can(m), m.ProtectedKey is null ? "" : "set"]));
        foreach (LocalServer server in found)
            foreach (string model in server.Models.DefaultIfEmpty("(no model yet)"))
                session.Terminal.Line($"Found {server.Kind} at {server.Endpoint}: {model}");
        if (found.Any(f => f.Models.Count > 0)) session.Terminal.Note("Connect one: model add NAME --endpoint URL --model ID --private");
    }

    private static async Task<int> TestAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        ModelConnection connection = await FindAsync(session, by);
        ModelTestResult result = await (await session.GetAsync<ModelTester>()).TestAsync(connection, session.Stop);
        // What the test showed decides which slots the model fits.
        if (result.Ok && connection.Provider != ModelProviders.Extractive) connection = await (await session.GetAsync<ModelConnecting>()).SaveAsync(connection, result);
        if (session.WantsJson)
            session.Terminal.Json(new
            {
                name = connection.Name,
                ok = result.Ok,
                answer = result.Answer,
                latencyMs = (long)result.Latency.TotalMilliseconds,
                firstTokenMs = (long?)result.TimeToFirstToken?.TotalMilliseconds,
                streams = result.Streams,
                callsTools = result.CallsTools,
                seesImages = result.SeesImages,
                code = result.ErrorCode,
                error = result.Error,
            });
        if (!result.Ok) throw new CommandFailure($"{connection.Name}: {result.Error} ({result.ErrorCode})");
        if (!session.WantsJson)
            session.Terminal.Line($"{connection.Name} answers in {Times.Took(result.Latency)}: \"{PlainText.OneLine(result.Answer ?? "", 100)}\". Streams: {YesNo(result.Streams)}. Calls tools: {YesNo(result.CallsTools)}. Sees images: {YesNo(result.SeesImages)}.");
        return ExitCode.Done;
    }

    private static async Task RemoveAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        string name = session.Value(s_name);
        if (name == ModelProviders.Extractive) throw new CommandFailure("The embedded model is part of Designer and cannot be removed.");
        if (!await (await session.GetAsync<IModelStore>()).DeleteAsync(by.WorkspaceId, name, session.Stop)) throw Unknown(name);
        if (session.WantsJson) session.Terminal.Json(new { name, removed = true });
        else session.Terminal.Line($"Removed {name}.");
    }

    private static async Task<ModelConnection> FindAsync(Session session, SignedInMember by)
    {
        string name = session.Value(s_name);
        if (name == ModelProviders.Extractive) return ModelRegistry.Embedded(by.WorkspaceId);
        return await (await session.GetAsync<IModelStore>()).FindAsync(by.WorkspaceId, name, session.Stop) ?? throw Unknown(name);
    }

    private static CommandFailure Unknown(string name) => new($"There is no model \"{name}\". \"model list\" shows all.");

    private static object Shown(ModelConnection m) => new
    {
        name = m.Name,
        provider = m.Provider,
        endpoint = m.Endpoint,
        model = m.Model,
        hasKey = m.ProtectedKey is not null,
        allowPrivateNetwork = m.AllowPrivateNetwork,
        enabled = m.Enabled,
        can = Can(m),
    };

    private static string Can(ModelConnection m) => m.Capabilities.ToString().ToLowerInvariant();

    private static string YesNo(bool value) => value ? "yes" : "no";
}
