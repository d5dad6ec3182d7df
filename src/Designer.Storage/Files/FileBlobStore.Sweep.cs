namespace Designer.Storage;

public sealed partial class FileBlobStore
{
    /// <summary>What has not been written to for so long was left by a process that died.</summary>
    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    /// <remarks>
    /// Others may put and keep meanwhile. So a blob that nobody seems to need is put aside under another name first; then the marks are read
    /// once more, and what got one is put back. Whoever marks a blob afterwards finds it gone, as if it had never been there.
    /// </remarks>
    public async ValueTask<int> SweepAsync(DateTimeOffset putBefore, Func<Guid, CancellationToken, ValueTask<bool>> isRun, CancellationToken cancellation)
    {
        int removed = 0;
        DateTime leftBefore = clock.GetUtcNow().UtcDateTime - LongestWrite;
        foreach (string folder in Directory.Exists(options.BlobFolder) ? Directory.EnumerateDirectories(options.BlobFolder) : [])
        {
            // Whatever else an admin put there is not ours.
            if (!Guid.TryParseExact(Path.GetFileName(folder), "N", out _)) continue;
            Place place = new(folder);
            foreach (FileInfo left in FilesIn(place.New))
                if (left.LastWriteTimeUtc < leftBefore) left.Delete();
            removed += await SweepAsync(place, putBefore.UtcDateTime, isRun, cancellation);
            _used.Clear();
        }
        return removed;
    }

    private static async ValueTask<int> SweepAsync(Place place, DateTime putBefore, Func<Guid, CancellationToken, ValueTask<bool>> isRun, CancellationToken cancellation)
    {
        await ForgetRunsAsync(place, putBefore, isRun, cancellation);
        HashSet<string> kept = Kept(place);
        List<string> aside = [];
        foreach (FileInfo file in place.Blobs())
        {
            cancellation.ThrowIfCancellationRequested();
            string id = Place.IdOf(file);
            if (!Engine.Blob.IsId(id)) continue;
            // Put aside by a sweep that did not end, too.
            bool isAside = file.Name != id;
            if (!isAside && (kept.Contains(id) || file.LastWriteTimeUtc >= putBefore)) continue;
            if (isAside || TryMove(file.FullName, place.Aside(id))) aside.Add(id);
        }
        if (aside.Count == 0) return 0;
        kept = Kept(place);
        int removed = 0;
        foreach (string id in aside)
        {
            FileInfo file = new(place.Aside(id));
            // Somebody has put it back.
            if (!file.Exists) continue;
            if (kept.Contains(id) || file.LastWriteTimeUtc >= putBefore)
            {
                // Where the same content was put anew, this one is one too many.
                if (!TryMove(file.FullName, place.Blob(id))) file.Delete();
                continue;
            }
            file.Delete();
            removed++;
        }
        return removed;
    }

    // A run that is not in the log although it began to keep blobs long ago never got there.
    private static async ValueTask ForgetRunsAsync(Place place, DateTime putBefore, Func<Guid, CancellationToken, ValueTask<bool>> isRun, CancellationToken cancellation)
    {
        if (!Directory.Exists(place.Kept)) return;
        foreach (DirectoryInfo run in new DirectoryInfo(place.Kept).EnumerateDirectories())
        {
            if (run.LastWriteTimeUtc >= putBefore || !Guid.TryParseExact(run.Name, "N", out Guid id)) continue;
            if (!await isRun(id, cancellation)) run.Delete(recursive: true);
        }
    }

    private static HashSet<string> Kept(Place place) => Directory.Exists(place.Kept)
        ? [.. Directory.EnumerateFiles(place.Kept, "*", SearchOption.AllDirectories).Select(mark => Path.GetFileName(mark)!)]
        : [];

    private static IEnumerable<FileInfo> FilesIn(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles() : [];

    private static bool TryMove(string from, string to)
    {
        try
        {
            File.Move(from, to);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
