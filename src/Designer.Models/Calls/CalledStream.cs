namespace Designer.Models.Calls;

/// <summary>A body that is read by somebody else: what goes wrong is a <see cref="ModelException"/> there, too.</summary>
internal sealed class CalledStream(Stream inner, ModelErrors errors) : ReadOnlyStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw errors.Map(e);
        }
    }
}
