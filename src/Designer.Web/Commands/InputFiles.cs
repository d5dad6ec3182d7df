using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Engine;
using Designer.Flows;
using Designer.Web.Features.Access;
using Designer.Web.Features.Templates;

namespace Designer.Web.Commands;

/// <summary><c>--file NAME=PATH</c>: files of this machine as inputs of a run.</summary>
internal static class InputFiles
{
    /// <returns>The input with the files in it.</returns>
    /// <exception cref="CommandFailure">No such input or file, or it is not taken.</exception>
    public static async Task<JsonElement> AddAsync(Session session, SignedInMember by, FlowDocument document, JsonElement input, IReadOnlyList<string> given)
    {
        if (given.Count == 0) return input;
        IReadOnlyList<StartInput> inputs = StartInput.Of(document);
        JsonObject values = JsonObject.Create(input)!;
        foreach (string pair in given)
        {
            (string name, string path) = pair.Split('=', 2) is [{ Length: > 0 } n, { Length: > 0 } p] ? (n, p) : throw new CommandFailure($"--file takes NAME=PATH, not \"{pair}\".", ExitCode.Usage);
            FlowType type = FlowType.Parse(inputs.FirstOrDefault(i => i.Name == name)?.Type ?? throw new CommandFailure($"The flow has no input \"{name}\".")) ?? FlowType.Any;
            JsonNode? file = JsonSerializer.SerializeToNode(await TakeAsync(session, by, path), FlowJson.Options);
            if (type.Name == "array") (values[name] as JsonArray ?? (JsonArray)(values[name] = new JsonArray())!).Add(file);
            else if (type.Name is "file" or "image" or "any" or "object") values[name] = file;
            else throw new CommandFailure($"The input \"{name}\" takes no file but {type}.");
        }
        return JsonSerializer.SerializeToElement(values, FlowJson.Options);
    }

    private static async Task<FileRef> TakeAsync(Session session, SignedInMember by, string path)
    {
        FlowFiles files = await session.GetAsync<FlowFiles>();
        try
        {
            await using FileStream content = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return await files.AddAsync(by.WorkspaceId, Path.GetFileName(path), content, run: null, session.Stop);
        }
        catch (FileRefusedException refused)
        {
            throw new CommandFailure(refused.Message);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"{path} cannot be read: {unreadable.Message}");
        }
    }
}
