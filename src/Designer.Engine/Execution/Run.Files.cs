using Designer.Flows;

namespace Designer.Engine;

/// <summary>Files: what a step touches is kept as long as the run.</summary>
internal sealed partial class Run
{
    public async ValueTask<FileRef> FileAsync(string id, string? name, CancellationToken cancellation)
    {
        if (!await Services.Files.KeepAsync(Row.WorkspaceId, id, Row.Id, cancellation).ConfigureAwait(false)
            || await Services.Files.FindAsync(Row.WorkspaceId, id, name, cancellation).ConfigureAwait(false) is not { } file) throw Unknown(name);
        return file;
    }

    public async ValueTask<Stream> OpenFileAsync(FileRef file, CancellationToken cancellation)
    {
        if (!await Services.Files.KeepAsync(Row.WorkspaceId, file.Id, Row.Id, cancellation).ConfigureAwait(false)
            || await Services.Blobs.OpenAsync(Row.WorkspaceId, file.Id, cancellation).ConfigureAwait(false) is not { } content) throw Unknown(file.Name);
        return content;
    }

    public async ValueTask<FileRef> SaveFileAsync(string name, Stream content, CancellationToken cancellation)
    {
        try
        {
            return await Services.Files.AddAsync(Row.WorkspaceId, name, content, Row.Id, cancellation).ConfigureAwait(false);
        }
        catch (FileRefusedException refused)
        {
            throw new StepException(refused.Code, refused.Said);
        }
    }

    private static StepException Unknown(string? name) =>
        new("file.unknown", $"There is no file “{FileName.Clean(name)}” in this workspace. Unused files go after a while; upload it again.");
}
