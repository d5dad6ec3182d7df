using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Models;

/// <summary>Pictures that go to a model that sees, as data in the message: no server is asked to fetch an address.</summary>
internal static class SentImages
{
    private const int Most = 20;
    private const long MostBytes = 20 * 1024 * 1024;

    /// <param name="value">A file, a list of files, or nothing.</param>
    public static async ValueTask<IReadOnlyList<AIContent>> ReadAsync(object? value, ChatModel model, StepContext step)
    {
        FileRef[] files = [.. FlowValue.FilesIn(value)];
        if (files.Length == 0) return FlowValue.IsEmpty(value) ? [] : throw new StepException("model.noImage", "What stands for images is no file. Take a file or a list of files, e.g. {{ start.photo }}.");
        if (!model.SupportsVision)
            throw new StepException("model.noVision", $"The model “{model.Connection.Name}” does not see images. Bind the slot to one that does; the page Models says which.");
        if (files.Length > Most) throw new StepException("model.tooManyImages", $"{files.Length} images are too many for one call; {Most} are the most.");
        List<AIContent> images = [];
        long total = 0;
        foreach (FileRef named in files)
        {
            FileRef file = await step.FileAsync(named.Id, named.Name).ConfigureAwait(false);
            if (!MediaType.IsImage(file.MediaType)) throw new StepException("model.noImage", $"“{file.Name}” is no picture but {file.MediaType}.");
            total += file.Size;
            if (total > MostBytes) throw new StepException("model.imagesTooLarge", $"The images have more than {MostBytes:N0} bytes together.");
            byte[] bytes = new byte[file.Size];
            Stream content = await step.OpenFileAsync(file).ConfigureAwait(false);
            await using (content.ConfigureAwait(false)) await content.ReadExactlyAsync(bytes, step.Cancellation).ConfigureAwait(false);
            images.Add(new DataContent(bytes, file.MediaType));
        }
        return images;
    }

    /// <summary>Adds them to what is asked last.</summary>
    public static void AddTo(List<ChatMessage> messages, IReadOnlyList<AIContent> images)
    {
        if (images.Count == 0) return;
        if (messages.FindLast(m => m.Role == ChatRole.User) is { } asked) foreach (AIContent image in images) asked.Contents.Add(image);
        else messages.Add(new ChatMessage(ChatRole.User, [.. images]));
    }
}
