using System.Drawing;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models.Kinds;

/// <summary>Makes pictures, and films where its server does.</summary>
public interface IPictureMaker
{
    ModelConnection Connection { get; }

    /// <summary>What happens until the files are there, and the files. Whoever stops reading stops the work.</summary>
    /// <exception cref="ModelException">The request cannot be fulfilled, or the server failed.</exception>
    IAsyncEnumerable<PictureUpdate> MakeAsync(PictureRequest request, CancellationToken cancellation);
}

/// <summary>What is wanted. A server takes the parts that it knows and refuses a request without what it needs.</summary>
public sealed record PictureRequest
{
    public string Prompt { get; init; } = "";

    /// <summary>To start from.</summary>
    public IReadOnlyList<DataContent> Images { get; init; } = [];

    public int Count { get; init; } = 1;

    /// <summary>In pixels; null for what the server usually makes.</summary>
    public Size? Size { get; init; }

    /// <summary>JSON as ComfyUI exports it for its API.</summary>
    public string? Workflow { get; init; }

    /// <summary>What the workflow's inputs hold this time, by paths such as <c>6.inputs.text</c>: JSON values, or a <see cref="DataContent"/> that is handed over as a file.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Inputs { get; init; } = [];
}

/// <summary>One thing that happens while pictures are made.</summary>
public abstract record PictureUpdate
{
    /// <param name="Message">For people, e.g. "KSampler: 5 of 20".</param>
    public sealed record Progress(string Message) : PictureUpdate;

    /// <summary>How far a picture is; it is no result.</summary>
    public sealed record Preview(string MediaType, ReadOnlyMemory<byte> Picture) : PictureUpdate;

    /// <summary>A result, to be read before the next update. Neither its name nor its kind can be trusted.</summary>
    public sealed record Result(string Name, Stream Content) : PictureUpdate;

    /// <summary>Tokens that the server says it used.</summary>
    public sealed record Used(long InputTokens, long OutputTokens) : PictureUpdate;
}
