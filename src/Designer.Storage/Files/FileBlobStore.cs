using System.Buffers;
using System.Security.Cryptography;
using Designer.Engine;

namespace Designer.Storage;

/// <summary>The blob store as files below the data folder; several processes may have it open at once.</summary>
/// <remarks>
/// In a workspace's folder stand <c>ab/ab…</c> (the blobs, two levels so that no folder grows large), <c>kept/RUN/ab…</c> (empty marks: the
/// run needs the blob), <c>new/</c> (what is being written) and <c>salt</c>. A mark stands before its blob does; see <see cref="SweepAsync"/>.
/// </remarks>
public sealed partial class FileBlobStore(StorageOptions options, TimeProvider clock) : IBlobStore
{
    private const int SaltBytes = 32;
    private const int PieceBytes = 128 * 1024;

    public async ValueTask<Blob> PutAsync(Guid workspaceId, Stream content, long most, Guid? run, CancellationToken cancellation)
    {
        Place place = new(options.BlobFolder, workspaceId);
        string part = Path.Combine(place.New, Guid.NewGuid().ToString("N"));
        byte[] salt = OnDisk(() =>
        {
            Directory.CreateDirectory(place.New);
            return Salt(place);
        });
        try
        {
            Blob blob = await WriteAsync(part, content, salt, most, cancellation);
            return OnDisk(() =>
            {
                if (run is { } keeper) Mark(place, keeper, blob.Id);
                string target = place.Blob(blob.Id);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                // Over an equal one, too: it is a fresh one then, which no sweep takes for forgotten.
                File.SetLastWriteTimeUtc(part, clock.GetUtcNow().UtcDateTime);
                bool isNew = !File.Exists(target);
                File.Move(part, target, overwrite: true);
                if (isNew) CountNew(workspaceId, blob.Size);
                DurableFolder.Flush(Path.GetDirectoryName(target)!);
                return blob;
            });
        }
        finally
        {
            File.Delete(part);
        }
    }

    private async ValueTask<Blob> WriteAsync(string part, Stream content, byte[] salt, long most, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            await using FileStream file = OnDisk(() => new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0));
            long size = 0;
            while (await content.ReadAsync(piece.AsMemory(0, PieceBytes), cancellation) is > 0 and var read)
            {
                size += read;
                if (size > most) throw new BlobTooLargeException(most);
                hash.AppendData(piece, 0, read);
                OnDisk(() => { file.Write(piece, 0, read); return true; });
            }
            OnDisk(() => { file.Flush(flushToDisk: true); return true; });
            return new Blob(Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    // What fails at the disk is told as such; what fails at the other end of the content is not ours.
    private T OnDisk<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.Folder(options.DataFolder, cause);
        }
    }

    public ValueTask<Stream?> OpenAsync(Guid workspaceId, string id, CancellationToken cancellation)
    {
        if (!Blob.IsId(id)) return default;
        try
        {
            return new(new FileStream(new Place(options.BlobFolder, workspaceId).Blob(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, PieceBytes, useAsync: true));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return default;
        }
    }

    public ValueTask<bool> KeepAsync(Guid workspaceId, string id, Guid run, CancellationToken cancellation)
    {
        Place place = new(options.BlobFolder, workspaceId);
        // Asked before the mark is made, so that invented ids leave nothing behind; and after, because a sweep may be under way.
        if (!Blob.IsId(id) || !Exists(place, id)) return new(false);
        Mark(place, run, id);
        if (Exists(place, id)) return new(true);
        File.Delete(place.Mark(run, id));
        return new(false);
    }

    public ValueTask<bool> IsKeptAsync(Guid workspaceId, string id, Guid run, CancellationToken cancellation)
    {
        Place place = new(options.BlobFolder, workspaceId);
        return new(Blob.IsId(id) && File.Exists(place.Mark(run, id)) && Exists(place, id));
    }

    // One that a sweep has put aside is still there: it is put back.
    private static bool Exists(Place place, string id)
    {
        if (File.Exists(place.Blob(id))) return true;
        try
        {
            File.Move(place.Aside(id), place.Blob(id));
            return true;
        }
        catch (IOException)
        {
            return File.Exists(place.Blob(id));
        }
    }

    private static void Mark(Place place, Guid run, string id)
    {
        string mark = place.Mark(run, id);
        if (File.Exists(mark)) return;
        string folder = Path.GetDirectoryName(mark)!;
        Directory.CreateDirectory(folder);
        File.Create(mark).Dispose();
        DurableFolder.Flush(folder);
        DurableFolder.Flush(Path.GetDirectoryName(folder)!);
    }

    // Mixed into every id. Two processes may make it at once; the first to name it wins.
    private static byte[] Salt(Place place)
    {
        try
        {
            return File.ReadAllBytes(place.Salt);
        }
        catch (FileNotFoundException)
        {
            string part = Path.Combine(place.New, Guid.NewGuid().ToString("N"));
            using (FileStream file = new(part, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(RandomNumberGenerator.GetBytes(SaltBytes));
                file.Flush(flushToDisk: true);
            }
            try
            {
                File.Move(part, place.Salt, overwrite: false);
                DurableFolder.Flush(place.Folder);
            }
            catch (IOException) when (File.Exists(place.Salt))
            {
                File.Delete(part);
            }
            return File.ReadAllBytes(place.Salt);
        }
    }

    private readonly record struct Place
    {
        private const string AsideMark = ".aside";

        public Place(string root, Guid workspace) : this(Path.Combine(root, workspace.ToString("N"))) { }

        public Place(string folder) => Folder = folder;

        public string Folder { get; }
        public string New => Path.Combine(Folder, "new");
        public string Kept => Path.Combine(Folder, "kept");
        public string Salt => Path.Combine(Folder, "salt");
        public string Blob(string id) => Path.Combine(Folder, id[..2], id);
        public string Aside(string id) => Blob(id) + AsideMark;
        public string Mark(Guid run, string id) => Path.Combine(Kept, run.ToString("N"), id);

        /// <summary>The blobs and those that a sweep put aside, by id.</summary>
        public IEnumerable<FileInfo> Blobs() => new DirectoryInfo(Folder).EnumerateDirectories()
            .Where(folder => folder.Name.Length == 2)
            .SelectMany(folder => folder.EnumerateFiles());

        public static string IdOf(FileInfo file) => file.Name.Replace(AsideMark, "", StringComparison.Ordinal);
    }
}
