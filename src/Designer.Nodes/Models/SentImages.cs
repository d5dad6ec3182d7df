using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Nodes.Tools;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Models;

/// <summary>Pictures that go to a model that sees, as data in the message: an address is fetched here, through the network guard, and never by the model's server.</summary>
internal static class SentImages
{
    /// <summary>Of one call.</summary>
    public const int Most = 20;
    public const long MostBytes = 20 * 1024 * 1024;

    /// <param name="value">A file, a web address, a list of these, or nothing.</param>
    public static async ValueTask<IReadOnlyList<AIContent>> ReadAsync(object? value, ChatModel model, GuardedHttp http, StepContext step)
    {
        object[] sources = SourcesOf(value);
        if (sources.Length == 0) return [];
        if (!model.SupportsVision)
            throw new StepException("model.noVision", $"The model “{model.Connection.Name}” does not see images. Bind the slot to one that does; the page Models says which.");
        return await ReadAsync(sources, http, step).ConfigureAwait(false);
    }

    /// <param name="value">As above, for what takes pictures and is no chat model.</param>
    public static async ValueTask<IReadOnlyList<DataContent>> ReadAsync(object? value, GuardedHttp http, StepContext step) => await ReadAsync(SourcesOf(value), http, step).ConfigureAwait(false);

    /// <summary>Adds them to what is asked last.</summary>
    public static void AddTo(List<ChatMessage> messages, IReadOnlyList<AIContent> images)
    {
        if (images.Count == 0) return;
        if (messages.FindLast(m => m.Role == ChatRole.User) is { } asked) foreach (AIContent image in images) asked.Contents.Add(image);
        else messages.Add(new ChatMessage(ChatRole.User, [.. images]));
    }

    // Files and addresses in their order. A file may stand anywhere in the value, as in the outputs of another node.
    private static object[] SourcesOf(object? value)
    {
        if (FlowValue.IsEmpty(value)) return [];
        IReadOnlyList<object?> parts = FlowValue.IsList(value) ? FlowValue.Items(value) : [value];
        object[] sources = [.. parts.SelectMany(part => FlowValue.Unwrap(part) is string text ? text.Trim() is { Length: > 0 } address ? [address] : [] : FlowValue.FilesIn(part).Cast<object>())];
        if (sources.Length == 0) throw NoPicture($"What stands for images is no file and no web address. Take a file, a list of files or an address, e.g. {{{{ start.photo }}}}.");
        return sources.Length <= Most ? sources : throw new StepException("model.tooManyImages", $"{sources.Length} images are too many for one call; {Most} are the most.");
    }

    private static async ValueTask<IReadOnlyList<DataContent>> ReadAsync(object[] sources, GuardedHttp http, StepContext step)
    {
        List<DataContent> images = [];
        long left = MostBytes;
        foreach (object source in sources)
        {
            DataContent image = source is FileRef file ? await OfFileAsync(file, left, step).ConfigureAwait(false) : await OfAddressAsync((string)source, left, http, step).ConfigureAwait(false);
            left -= image.Data.Length;
            images.Add(image);
        }
        return images;
    }

    private static async ValueTask<DataContent> OfFileAsync(FileRef named, long most, StepContext step)
    {
        FileRef file = await step.FileAsync(named.Id, named.Name).ConfigureAwait(false);
        if (!MediaType.IsImage(file.MediaType)) throw NoPicture($"“{file.Name}” is no picture but {file.MediaType}.");
        if (file.Size > most) throw TooLarge();
        return new DataContent(await FileBytes.ReadAsync(file, step).ConfigureAwait(false), file.MediaType);
    }

    private static async ValueTask<DataContent> OfAddressAsync(string address, long most, GuardedHttp http, StepContext step)
    {
        if (!address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !address.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            throw NoPicture($"A picture is a file, or an address that begins with http:// or https://.");
        byte[] bytes;
        try
        {
            bytes = await http.DownloadAsync(address, most, step).ConfigureAwait(false);
        }
        catch (StepException error) when (error.Code == "http.tooLarge")
        {
            throw TooLarge();
        }
        // What the server says of it does not count.
        string? type = MediaType.Of(bytes.AsSpan(0, Math.Min(bytes.Length, MediaType.HeadBytes)), "");
        return type is not null && MediaType.IsImage(type) ? new DataContent(bytes, type) : throw NoPicture($"What {new Uri(address).Host} has at this address is no picture.");
    }

    private static StepException NoPicture(Sentence message) => new("model.noImage", message);
    private static StepException TooLarge() => new("model.imagesTooLarge", $"The images have more than {MostBytes:N0} bytes together.");
}
