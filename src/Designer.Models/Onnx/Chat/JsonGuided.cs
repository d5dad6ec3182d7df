using Designer.Models.Onnx.Constraints;
using Designer.Models.Onnx.Generation;

namespace Designer.Models.Onnx.Chat;

/// <summary>Holds one answer to a JSON schema while it is generated.</summary>
internal sealed class JsonGuided(JsonGuide guide) : ITokenConstraint
{
    public bool MustEnd => guide.MustEnd;
    public void Mask(Span<float> logits) => guide.Apply(logits);
    public void Advance(int token) => guide.Advance(token);
}
