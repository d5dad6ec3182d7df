using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;

namespace Designer.Nodes.Models;

/// <summary>Who answers a call of a model that does not chat: the model of the node, or its fallback once that one has failed.</summary>
internal sealed class Answering(IModels models, ModelConnection first, StepContext step)
{
    private ModelConnection? _other;
    private string? _leftBecause;

    public ModelConnection By => _other ?? first;

    /// <summary>From here on the fallback answers; false where there is none, or where it is the one that failed.</summary>
    /// <exception cref="ModelException">It cannot help.</exception>
    public async ValueTask<bool> PassOnAsync(ModelException failed)
    {
        if (_other is not null || await models.FindFallbackAsync(first, failed, step.Cancellation).ConfigureAwait(false) is not { } other) return false;
        (_other, _leftBecause) = (other, failed.Message);
        step.EmitProgress($"{first.Name} failed; {other.Name} answers instead.");
        return true;
    }

    /// <summary>The trace with who answered, and whom instead and why.</summary>
    public CallTrace Sign(CallTrace trace) => _other is null ? trace : trace with { Model = _other.Name, InsteadOf = first.Name, Because = _leftBecause };
}
