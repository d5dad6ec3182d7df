using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Nodes.Models;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Agents;

/// <summary>The pictures of a talk that its tools made. They go along with every later turn, so that there are only so many; of the others the model has the names.</summary>
internal sealed class SeenPictures(ChatModel model, StepContext step)
{
    private int _left = SentImages.Most;
    private long _bytesLeft = SentImages.MostBytes;

    /// <summary>Those that the model gets to see: none where it does not see.</summary>
    public async ValueTask<IReadOnlyList<AIContent>> ReadAsync(IEnumerable<FileRef> files)
    {
        List<AIContent> seen = [];
        if (!model.SupportsVision) return seen;
        foreach (FileRef file in files.Where(f => MediaType.IsImage(f.MediaType)))
        {
            if (_left == 0 || file.Size > _bytesLeft) continue;
            seen.Add(new DataContent(await FileBytes.ReadAsync(file, step).ConfigureAwait(false), file.MediaType));
            (_left, _bytesLeft) = (_left - 1, _bytesLeft - file.Size);
        }
        return seen;
    }
}
