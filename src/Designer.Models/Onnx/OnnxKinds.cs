using Designer.Models.Connections;
using Designer.Models.Kinds;
using Designer.Models.Metering;
using Designer.Models.Onnx.Chat;
using Designer.Models.Onnx.Classifying;
using Designer.Models.Onnx.Embeddings;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Images;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx;

/// <summary>Gives a connection the face that its kind has.</summary>
public sealed class OnnxKinds(OnnxModels models, TimeProvider time)
{
    /// <summary>An <c>IChatClient</c>, an <c>IEmbeddingGenerator</c> or one of <c>Kinds</c>, as the folder is.</summary>
    /// <exception cref="ModelException">The folder holds another kind of model.</exception>
    public T Create<T>(ModelConnection connection) where T : class
    {
        var folder = models.Find(connection);
        return Make(connection, folder) as T
            ?? throw new ModelException(ModelErrorCodes.Refused, $"The model '{connection.Name}' cannot be used here: it is of the kind '{folder.Capabilities}'.");
    }

    /// <summary>See <see cref="OnnxModels.FallbackOf"/>.</summary>
    internal string? FallbackOf(ModelConnection connection) => models.FallbackOf(connection);

    /// <summary>Names a model so that other files in its folder give another name.</summary>
    public string IdentityOf(ModelConnection connection)
    {
        OnnxFolder folder = models.Find(connection.Model);
        string[] files = [folder.Graph, Path.Combine(folder.Folder, "1_Pooling", "config.json"), .. Directory.EnumerateFiles(folder.Folder).Order(StringComparer.Ordinal)];
        return string.Join('\n', files.Select(f => new FileInfo(f)).Where(f => f.Exists).Select(f => $"{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}"));
    }

    private object Make(ModelConnection connection, OnnxFolder folder) => folder.Kind switch
    {
        OnnxKind.Chat => new OnnxChatClient(models, connection, folder, time),
        OnnxKind.Embedding => new OnnxEmbeddingGenerator(models, connection, folder).AsBuilder().UseOpenTelemetry(sourceName: ModelTelemetry.Name).Build(),
        OnnxKind.Reranker => new MeteredKinds.Reranker(new OnnxReranker(models, folder), connection),
        OnnxKind.TextClassifier => new MeteredKinds.TextClassifier(new OnnxTextClassifier(models, folder), connection),
        OnnxKind.WordClassifier => new MeteredKinds.TextClassifier(new OnnxWordClassifier(models, folder), connection),
        OnnxKind.TokenClassifier => new MeteredKinds.SpanFinder(new OnnxSpanFinder(models, folder), connection),
        OnnxKind.ImageClassifier => new MeteredKinds.FileClassifier(new OnnxImageClassifier(models, folder), connection),
        OnnxKind.FileType => new MeteredKinds.FileClassifier(new OnnxFileTypes(models, folder), connection),
        _ => new MeteredKinds.ImageReader(new OnnxImageReader(models, folder), connection),
    };
}
