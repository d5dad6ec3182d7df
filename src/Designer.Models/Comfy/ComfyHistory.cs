using System.Text.Json;

namespace Designer.Models.Comfy;

/// <summary>A file as the server names it. The name goes back to the server and is no path of ours.</summary>
internal sealed record ComfyFile(string Name, string Folder, string Kind);

/// <summary>What became of a job: its files, or why there are none.</summary>
internal sealed record ComfyHistory(IReadOnlyList<ComfyFile> Files, string? Error)
{
    private const int MostFiles = 32;
    private const string Output = "output";

    /// <returns>Null while the history does not know the job.</returns>
    public static ComfyHistory? Read(JsonElement history, string job)
    {
        if (ComfyMessage.Member(history, job) is not { ValueKind: JsonValueKind.Object } entry) return null;
        JsonElement? status = ComfyMessage.Member(entry, "status");
        if (ComfyMessage.Text(status, "status_str") == "error") return new ComfyHistory([], ErrorOf(status));
        ComfyFile[] all = [.. FilesOf(ComfyMessage.Member(entry, "outputs")).Distinct()];
        // What a workflow only shows stands among the temporary files; it counts where nothing is saved.
        ComfyFile[] saved = [.. all.Where(f => f.Kind == Output)];
        return new ComfyHistory([.. (saved.Length > 0 ? saved : all).Take(MostFiles)], null);
    }

    // Nodes call their lists images, gifs, video or audio; whatever names a file is one.
    private static IEnumerable<ComfyFile> FilesOf(JsonElement? outputs)
    {
        if (outputs is not { ValueKind: JsonValueKind.Object } nodes) yield break;
        foreach (JsonProperty node in nodes.EnumerateObject().Where(n => n.Value.ValueKind == JsonValueKind.Object))
            foreach (JsonProperty list in node.Value.EnumerateObject().Where(l => l.Value.ValueKind == JsonValueKind.Array))
                foreach (JsonElement item in list.Value.EnumerateArray())
                    if (ComfyMessage.Text(item, "filename") is { Length: > 0 and <= 1000 } name)
                        yield return new ComfyFile(name, ComfyMessage.Text(item, "subfolder") ?? "", ComfyMessage.Text(item, "type") ?? Output);
    }

    private static string ErrorOf(JsonElement? status)
    {
        const string Unsaid = "it does not say why";
        if (ComfyMessage.Member(status, "messages") is not { ValueKind: JsonValueKind.Array } messages) return Unsaid;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Array || message.GetArrayLength() < 2 || message[0].ValueKind != JsonValueKind.String) continue;
            string? kind = message[0].GetString();
            if (kind == "execution_interrupted") return "somebody stopped it there";
            if (kind != "execution_error") continue;
            JsonElement data = message[1];
            string node = ComfyMessage.Clean(ComfyMessage.Text(data, "node_type"), 80), id = ComfyMessage.Clean(ComfyMessage.Text(data, "node_id"), 40);
            return $"node {id} ({node}) says: {ComfyMessage.Clean(ComfyMessage.Text(data, "exception_message"))}";
        }
        return Unsaid;
    }
}
