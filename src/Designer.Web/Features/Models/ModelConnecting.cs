using Designer.Models;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.Discovery;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Folders;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Models;

/// <summary>Saves and removes model connections. Reaching into private networks is the owner's to allow; servers found on this machine are.</summary>
public sealed class ModelConnecting(IModelStore store, IKeyProtector keys, ModelLists lists, OnnxModels onnx, TimeProvider time)
{
    /// <summary>The connection that the form describes, not saved: what the page tests first.</summary>
    /// <param name="known">What is changed; null for a new one.</param>
    public async Task<(ModelConnection Connection, IReadOnlyList<string> Problems)> ReadAsync(SignedInMember member, ModelForm form, ModelConnection? known = null)
    {
        (ModelConnection connection, IReadOnlyList<string> problems) = form.Read(Guid.CreateVersion7(time.GetUtcNow()), member.WorkspaceId, keys, known);
        bool isAllowedAlready = known is { AllowPrivateNetwork: true } && known.Endpoint == connection.Endpoint;
        if (connection.AllowPrivateNetwork && !isAllowedAlready && !member.May(Permissions.Settings) && !await IsFoundAsync(connection.Endpoint))
            problems = [.. problems, L["Only an owner may connect a server in a private network that was not found by itself."]];
        if (connection.Name != known?.Name && await store.FindAsync(member.WorkspaceId, connection.Name, CancellationToken.None) is not null)
            problems = [.. problems, L["There is a model named “{0}” already.", connection.Name]];
        if (connection.Options.Fallback is { } name && (await lists.ListAsync(member.WorkspaceId)).FirstOrDefault(m => m.Name == name) is var other)
        {
            if (other is null) problems = [.. problems, L["There is no model named “{0}” to fall back on.", name]];
            else if (!other.CanStandInFor(connection)) problems = [.. problems, L["“{0}” cannot answer in its place: it must be of the same kind, and for vectors of the same files.", name]];
        }
        return (connection, problems);
    }

    /// <summary>The connection to a model in a folder of this machine, not saved; what it can do is read from its files.</summary>
    public async Task<(ModelConnection Connection, IReadOnlyList<string> Problems)> ReadFolderAsync(SignedInMember member, string folder, string name)
    {
        var connection = new ModelConnection { Id = Guid.CreateVersion7(time.GetUtcNow()), WorkspaceId = member.WorkspaceId, Name = name.Trim(), Provider = ModelProviders.Onnx, Model = folder.Trim() };
        List<string> problems = [.. connection.Problems()];
        if (await store.FindAsync(member.WorkspaceId, connection.Name, CancellationToken.None) is not null) problems.Add(L["There is a model named “{0}” already.", connection.Name]);
        if (connection.Model.Length == 0) return (connection, problems);
        try
        {
            OnnxFolder found = await Task.Run(() => onnx.Find(connection.Model));
            connection = connection with { Capabilities = found.Capabilities, ContextTokens = found.ContextTokens };
        }
        catch (ModelException unusable)
        {
            problems.Add(unusable.Message);
        }
        return (connection, problems);
    }

    /// <summary>Keeps the connection with what its test showed it can do.</summary>
    /// <param name="test">Null: what was known of it stays.</param>
    public async Task<ModelConnection> SaveAsync(ModelConnection connection, ModelTestResult? test)
    {
        ModelConnection saved = await SaveWithAbilitiesAsync(connection, test);
        // A saved connection has a new revision; what was tested of it is known still.
        if (test is not null) lists.Remember(saved, test);
        return saved;
    }

    private async Task<ModelConnection> SaveWithAbilitiesAsync(ModelConnection connection, ModelTestResult? test)
    {
        // What a folder's model can do is known from its files, and of the interfaces only those for chat do more than one thing.
        if (connection.Provider == ModelProviders.Onnx || !ModelProviders.Chats(connection.Provider)) return await store.SaveAsync(connection, CancellationToken.None);
        ModelCapabilities can = ModelCapabilities.Chat | ModelCapabilities.JsonSchema | (test?.CallsTools == true ? ModelCapabilities.Tools : ModelCapabilities.None)
            | (test?.SeesImages == true ? ModelCapabilities.Vision : ModelCapabilities.None);
        if (test is null && connection.Capabilities != ModelCapabilities.Chat) can = connection.Capabilities;
        return await store.SaveAsync(connection with { Capabilities = can }, CancellationToken.None);
    }

    /// <summary>A model that is switched off keeps its key and its name, and answers nobody. Null when there is no such model.</summary>
    public async Task<ModelConnection?> SwitchAsync(SignedInMember member, string name, bool isOn) =>
        await store.FindAsync(member.WorkspaceId, name, CancellationToken.None) is { } known ? await store.SaveAsync(known with { Enabled = isOn }, CancellationToken.None) : null;

    /// <summary>One click: the server was found on this machine and asks for no key.</summary>
    public async Task<(ModelConnection? Saved, ModelTestResult Test)> ConnectFoundAsync(SignedInMember member, LocalServer server, string model, CancellationToken cancellation)
    {
        IReadOnlyList<ModelConnection> known = await store.ListAsync(member.WorkspaceId, cancellation);
        string name = ModelForm.NameOf(model) is { Length: > 0 } made ? made : "model";
        for (int n = 2; known.Any(m => m.Name == name) || name == ModelProviders.Extractive; n++) name = $"{ModelForm.NameOf(model)}-{n}";
        var form = new ModelForm { Provider = server.Provider, Endpoint = server.Endpoint.AbsoluteUri, Model = model, Name = name, AllowPrivateNetwork = true };
        (ModelConnection connection, IReadOnlyList<string> problems) = await ReadAsync(member, form);
        if (problems.Count > 0) return (null, new ModelTestResult { ErrorCode = ModelErrorCodes.Refused, Error = string.Join(' ', problems) });
        ModelTrial trial = await lists.TestAsync(connection, cancellation);
        return (trial.Result.Ok ? await SaveAsync(connection, trial.Result) : null, trial.Result);
    }

    public Task<bool> RemoveAsync(SignedInMember member, string name) => store.DeleteAsync(member.WorkspaceId, name, CancellationToken.None);

    private async Task<bool> IsFoundAsync(Uri? endpoint) => (await lists.FoundAsync()).Any(server => server.Endpoint == endpoint);
}
