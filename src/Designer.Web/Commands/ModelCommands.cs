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
    private static readonly Option<string?> s_folder = new("--folder") { HelpName = "PATH", Description = "Instead of a server: a model's folder or .onnx file in the data folder's models, or in a folder that the settings allow" };
    private static readonly Argument<string> s_newModel = new("NAME") { Description = s_name.Description + "; with --hub it may be left out", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "" };
    private static readonly Option<string?> s_newName = new("--name") { HelpName = "NEW", Description = "Another name; flows that are bound to the old one have to be bound anew" };
    private static readonly Option<string> s_provider = new Option<string>("--provider")
    {
        Description = "Whose interface the server speaks",
        DefaultValueFactory = _ => ModelProviders.OpenAi,
    }.AcceptOnlyFromAmong([.. ModelProviders.Served]);

    public static Command Create() => new("model", "Connections to model servers and to models that run in this process. The embedded model \"extractive\" is always there.")
    {
        ModelHubCommand.AddTo(ModelFields.AddTo(new Command("add", "Connect a model. Nothing is called; \"model test\" does that. With --hub it is downloaded first.") { s_newModel, s_provider, s_folder })).Does(AddAsync),
        ModelFields.AddTo(new Command("edit", "Change a connection. What is not given stays; an empty value takes a setting back. Another address needs its own key.") { s_name, s_newName }).Does(EditAsync),
        new Command("list", "The models of the workspace, and servers found on this machine that could be connected.").Does(ListAsync),
        new Command("test", "Call a model and say what it can do.") { s_name }.Does(TestAsync),
        new Command("disable", "Switch a model off. It keeps its name and key, and flows that are bound to it fail with that reason.") { s_name }.Does(session => SwitchAsync(session, isOn: false)),
        new Command("enable", "Switch a model on again.") { s_name }.Does(session => SwitchAsync(session, isOn: true)),
        new Command("remove", "Forget a connection and its key.") { s_name }.Does(RemoveAsync),
    };

    private static async Task AddAsync(Session session)
    {
        string name = session.Value(s_newModel);
        if (ModelHubCommand.IsMeant(session))
        {
            await ModelHubCommand.AddAsync(session, name);
            return;
        }
        if (name.Length == 0) throw new CommandFailure("Give the name that flows bind to: model add NAME", ExitCode.Usage);
        bool isFolder = session.Value(s_folder) is not null;
        bool isServerAlone = session.Value(s_provider) == ModelProviders.ComfyUi && ModelFields.NamesServer(session);
        if (isFolder ? ModelFields.NamesServer(session) : !ModelFields.NamesModel(session) && !isServerAlone) throw new CommandFailure("Give either --model, with --endpoint where it is not the provider's own, or --folder.");
        ModelConnection saved = isFolder ? await AddFolderAsync(session, name) : await SaveAsync(session, new ModelForm { Name = name, Provider = session.Value(s_provider)! }, null);
        if (session.WantsJson) session.Terminal.Json(Shown(saved));
        else session.Terminal.Line($"Connected {saved.Name}. Try it: model test {saved.Name}");
    }

    private static async Task<ModelConnection> AddFolderAsync(Session session, string name)
    {
        SignedInMember by = await session.MemberAsync();
        ModelConnecting connecting = await session.GetAsync<ModelConnecting>();
        string folder = session.Value(s_folder)!;
        // What stands where the person stands is meant before what has that name in the data folder.
        if (Path.Exists(folder)) folder = Path.GetFullPath(folder);
        (ModelConnection connection, IReadOnlyList<string> problems) = await connecting.ReadFolderAsync(by, folder, name);
        if (problems is [{ } problem, ..]) throw new CommandFailure(problem);
        return await SaveAsync(session, ModelForm.Of(connection), connection);
    }

    private static async Task EditAsync(Session session)
    {
        ModelConnection known = await FindOwnAsync(session, "changed");
        ModelForm form = ModelForm.Of(known);
        if (session.Value(s_newName) is { } name) form.Name = name;
        ModelConnection saved = await SaveAsync(session, form, known);
        if (session.WantsJson) session.Terminal.Json(Shown(saved));
        else session.Terminal.Line($"Changed {saved.Name}.{(known.ProtectedKey is not null && saved.ProtectedKey is null ? " Its key was for the old address and is forgotten." : "")}");
    }

    private static async Task<ModelConnection> SaveAsync(Session session, ModelForm form, ModelConnection? known)
    {
        await ModelFields.ReadAsync(session, form);
        SignedInMember by = await session.MemberAsync();
        ModelConnecting connecting = await session.GetAsync<ModelConnecting>();
        (ModelConnection connection, IReadOnlyList<string> problems) = await connecting.ReadAsync(by, form, known);
        if (problems is [{ } problem, ..]) throw new CommandFailure(problem);
        if (connection is { Endpoint.IsLoopback: true, AllowPrivateNetwork: false }) throw new CommandFailure($"{connection.Endpoint.Host} is this machine. Add --private to allow that.");
        return await connecting.SaveAsync(connection, test: null);
    }

    private static async Task SwitchAsync(Session session, bool isOn)
    {
        ModelConnection known = await FindOwnAsync(session, "switched off");
        ModelConnection saved = await (await session.GetAsync<ModelConnecting>()).SwitchAsync(await session.MemberAsync(), known.Name, isOn) ?? throw Unknown(known.Name);
        if (session.WantsJson) session.Terminal.Json(Shown(saved));
        else session.Terminal.Line($"{saved.Name} is switched {(isOn ? "on" : "off")}.");
    }

    private static async Task ListAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        ModelLists lists = await session.GetAsync<ModelLists>();
        IReadOnlyList<ModelConnection> models = await lists.ListAsync(by.WorkspaceId, session.Stop);
        IReadOnlyList<LocalServer> found = await lists.FoundAsync(session.Stop);
        if (session.WantsJson)
        {
            session.Terminal.Json(new { models = models.Select(Shown), found = found.Select(f => new { kind = f.Kind, provider = f.Provider, endpoint = f.Endpoint, models = f.Models }) });
            return;
        }
        session.Terminal.Table(["Name", "Provider", "Model", "Endpoint", "Can", "Key", "State"], models.Select(m => (string[])
            [m.Name, m.Provider, m.Model, m.Endpoint?.AbsoluteUri ?? "", Can(m), m.ProtectedKey is null ? "" : "set", m.Enabled ? "on" : "off"]));
        foreach (LocalServer server in found)
            foreach (string model in server.Models.DefaultIfEmpty("(no model yet)"))
                session.Terminal.Line($"Found {server.Kind} at {server.Endpoint}{(IsComfy(server) ? "" : $": {model}")}");
        if (found.Any(f => f.Models.Count > 0 && !IsComfy(f))) session.Terminal.Note("Connect one: model add NAME --endpoint URL --model ID --private");
        if (found.Any(IsComfy)) session.Terminal.Note("Connect ComfyUI: model add NAME --provider comfyui --endpoint URL --private");

        static bool IsComfy(LocalServer server) => server.Provider == ModelProviders.ComfyUi;
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
                onCpuBecause = result.OnCpuBecause,
                code = result.ErrorCode,
                error = result.Error,
            });
        if (!result.Ok) throw new CommandFailure($"{connection.Name}: {result.Error} ({result.ErrorCode})");
        if (!session.WantsJson)
            session.Terminal.Line($"{connection.Name} answers in {Times.Took(result.Latency)}: \"{PlainText.OneLine(result.Answer ?? "", 100)}\"." + (!result.Chats ? "" : $" Streams: {YesNo(result.Streams)}. Calls tools: {YesNo(result.CallsTools)}. Sees images: {YesNo(result.SeesImages)}."));
        if (result.OnCpuBecause is { } why) session.Terminal.Note($"It ran on the CPU: {why}");
        return ExitCode.Done;
    }

    private static async Task RemoveAsync(Session session)
    {
        SignedInMember by = await session.MemberAsync();
        string name = session.Value(s_name);
        if (name == ModelProviders.Extractive) throw Embedded("removed");
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

    /// <summary>A connection of the workspace, not the embedded model.</summary>
    private static async Task<ModelConnection> FindOwnAsync(Session session, string what)
    {
        SignedInMember by = await session.MemberAsync();
        ModelConnection known = await FindAsync(session, by);
        return known.Provider == ModelProviders.Extractive ? throw Embedded(what) : known;
    }

    private static CommandFailure Embedded(string what) => new($"The embedded model is part of Designer and cannot be {what}.");

    private static CommandFailure Unknown(string name) => new($"There is no model \"{name}\". \"model list\" shows all.");

    internal static object Shown(ModelConnection m) => new
    {
        name = m.Name,
        provider = m.Provider,
        endpoint = m.Endpoint,
        model = m.Model,
        hasKey = m.ProtectedKey is not null,
        allowPrivateNetwork = m.AllowPrivateNetwork,
        enabled = m.Enabled,
        contextTokens = m.ContextTokens,
        inputPrice = m.InputPrice,
        outputPrice = m.OutputPrice,
        options = m.Options,
        can = Can(m),
    };

    private static string Can(ModelConnection m) => m.Capabilities.ToString().ToLowerInvariant();

    private static string YesNo(bool value) => value ? "yes" : "no";
}
