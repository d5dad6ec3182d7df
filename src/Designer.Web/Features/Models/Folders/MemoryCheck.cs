using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;

namespace Designer.Web.Features.Models.Folders;

/// <summary>Says before a run what memory the flow's models in this process need, and what would have to leave it.</summary>
public sealed class MemoryCheck(IModelStore store, OnnxModels onnx)
{
    public const string Code = "models.memory";

    /// <summary>Null where nothing has to be loaded.</summary>
    public async Task<Problem?> NoteAsync(Guid workspaceId, FlowDocument document, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellation)
    {
        HashSet<string> bound = [.. document.Slots.Where(s => s.Value.Kind == "model").Select(s => bindings.GetValueOrDefault(s.Key, "")).Where(name => name is not ("" or ModelProviders.Extractive))];
        if (bound.Count == 0) return null;
        IEnumerable<ModelConnection> connected = await store.ListAsync(workspaceId, cancellation);
        List<OnnxFolder> folders = [.. connected.Where(m => m.Enabled && m.Provider == ModelProviders.Onnx && bound.Contains(m.Name)).Select(Find).OfType<OnnxFolder>()];
        if (folders.Count == 0 || onnx.Estimate(folders) is not { Bytes: > 0 } load) return null;
        string message = L["Before it runs, this flow's models need {0} of memory.", ByteSize.Of(load.Bytes)];
        if (!load.Fits)
            return new Problem(Code, ProblemSeverity.Warning, $"{message} {L["They do not fit now: all models together may take {0}, and what is in use stays.", ByteSize.Of(onnx.Ceiling)]}",
                Fix: $"{L["Bind a slot to a smaller model, or raise onnx:memoryMegabytes."]}");
        return new Problem(Code, ProblemSeverity.Info, load.WouldEvict.Count == 0 ? (Sentence)$"{message}" : $"{message} {L["This would unload {0}.", string.Join(", ", load.WouldEvict.Select(Residence.NameOf))]}");
    }

    // A folder that cannot be used is told when the model is called.
    private OnnxFolder? Find(ModelConnection connection)
    {
        try
        {
            return onnx.Find(connection);
        }
        catch (ModelException)
        {
            return null;
        }
    }
}
