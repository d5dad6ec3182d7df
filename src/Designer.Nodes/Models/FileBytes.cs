using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Models;

/// <summary>Files of the workspace that a model in this process looks at.</summary>
internal static class FileBytes
{
    private const int Most = 50;
    private const long MostBytes = 50 * 1024 * 1024;

    /// <param name="value">A file or a list of files.</param>
    /// <param name="code">Of the error where it is something else.</param>
    public static async ValueTask<IReadOnlyList<FileRef>> FindAsync(object? value, string code, StepContext step)
    {
        FileRef[] named = [.. FlowValue.FilesIn(value)];
        if (named.Length == 0) throw new StepException(code, $"There is no file to look at. Take a file or a list of files, e.g. {{{{ start.photo }}}}.");
        if (named.Length > Most) throw new StepException("model.tooManyFiles", $"{named.Length} files are too many for one call; {Most} are the most.");
        List<FileRef> files = [];
        foreach (FileRef one in named)
        {
            FileRef file = await step.FileAsync(one.Id, one.Name).ConfigureAwait(false);
            if (file.Size > MostBytes) throw new StepException("model.fileTooLarge", $"“{file.Name}” has {file.Size:N0} bytes; {MostBytes:N0} are the most.");
            files.Add(file);
        }
        return files;
    }

    public static async ValueTask<byte[]> ReadAsync(FileRef file, StepContext step)
    {
        byte[] bytes = new byte[file.Size];
        Stream content = await step.OpenFileAsync(file).ConfigureAwait(false);
        await using (content.ConfigureAwait(false)) await content.ReadExactlyAsync(bytes, step.Cancellation).ConfigureAwait(false);
        return bytes;
    }
}
