namespace Designer.Knowledge;

/// <summary>Finds the text files below a folder. Links are reported, never followed, so nothing outside the folder is read.</summary>
internal static class FolderFiles
{
    private static readonly string[] Endings = [".md", ".markdown", ".txt"];

    /// <summary>A file with a text ending. <see cref="IsLink"/>: it points elsewhere and must not be read.</summary>
    public sealed record Found(string FullPath, string RelativePath, bool IsLink);

    public static IEnumerable<Found> Below(string folder)
    {
        var root = new DirectoryInfo(folder);
        if (!root.Exists) throw new KnowledgeException(KnowledgeException.FolderMissing, $"The folder {folder} does not exist.");
        return Below(root, root.FullName);
    }

    private static IEnumerable<Found> Below(DirectoryInfo folder, string root)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            bool isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
            if (entry is DirectoryInfo child)
            {
                // .git and its like hold no documents of people.
                if (isLink || child.Name.StartsWith('.')) continue;
                foreach (Found found in Below(child, root)) yield return found;
            }
            else if (Endings.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
            {
                yield return new Found(entry.FullName, Path.GetRelativePath(root, entry.FullName).Replace(Path.DirectorySeparatorChar, '/'), isLink);
            }
        }
    }
}
