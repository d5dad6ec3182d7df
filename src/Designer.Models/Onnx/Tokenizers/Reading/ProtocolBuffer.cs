using System.Buffers.Binary;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>A field of a protocol-buffer message: its number, and its value as a number or as bytes.</summary>
internal readonly record struct ProtocolField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)
{
    public float Float => BitConverter.UInt32BitsToSingle((uint)Value);
}

/// <summary>Reads the fields of a protocol-buffer message.</summary>
internal static class ProtocolBuffer
{
    public static IEnumerable<ProtocolField> Fields(ReadOnlyMemory<byte> message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong tag = Varint(message.Span, ref at);
            int number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return new ProtocolField(number, Varint(message.Span, ref at), default);
                    break;
                case 1:
                    yield return new ProtocolField(number, BinaryPrimitives.ReadUInt64LittleEndian(Take(message, ref at, 8).Span), default);
                    break;
                case 2:
                    yield return new ProtocolField(number, 0, Take(message, ref at, Varint(message.Span, ref at)));
                    break;
                case 5:
                    yield return new ProtocolField(number, BinaryPrimitives.ReadUInt32LittleEndian(Take(message, ref at, 4).Span), default);
                    break;
                default:
                    throw Damaged();
            }
        }
    }

    private static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> message, ref int at, ulong length)
    {
        if (length > (ulong)(message.Length - at)) throw Damaged();
        ReadOnlyMemory<byte> bytes = message.Slice(at, (int)length);
        at += (int)length;
        return bytes;
    }

    private static ulong Varint(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && at < message.Length; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw Damaged();
    }

    private static ModelException Damaged() => BadFolder.Because("tokenizer.model is damaged or no SentencePiece model.");
}
