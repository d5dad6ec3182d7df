using System.Text;
using Designer.Models.Onnx.Tokenizers.Decoding;
using Designer.Models.Onnx.Tokenizers.Models;
using Designer.Models.Onnx.Tokenizers.Normalizing;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Reads <c>tokenizer.model</c>, the protocol buffer of SentencePiece (its <c>sentencepiece_model.proto</c> names the numbers used here).</summary>
internal static class SentencePieceModel
{
    private const int Unigram = 1, Bpe = 2;

    private enum PieceType
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    private sealed record Piece(string Text, float Score, PieceType Type);

    private sealed record Trainer(int ModelType = Unigram, int Unknown = 0, int Begin = 1, int End = 2, bool ByteFallback = false, string UnknownText = " ⁇ ");

    private sealed record Rules(byte[] CharacterMap, bool Prefix = true, bool RemoveSpaces = true, bool EscapeSpaces = true);

    public static Tokenizer Read(ReadOnlyMemory<byte> file, bool addBegin, bool addEnd)
    {
        List<Piece> pieces = [];
        Trainer trainer = new();
        Rules rules = new([]);
        foreach (ProtocolField field in ProtocolBuffer.Fields(file))
        {
            if (field.Number == 1) pieces.Add(ReadPiece(field.Bytes));
            else if (field.Number == 2) trainer = ReadTrainer(field.Bytes);
            else if (field.Number == 3) rules = ReadRules(field.Bytes);
        }
        if (pieces.Count == 0) throw BadFolder.Because("tokenizer.model is damaged or no SentencePiece model: it has no pieces.");
        return Build(pieces, trainer, rules, addBegin, addEnd);
    }

    private static Piece ReadPiece(ReadOnlyMemory<byte> message)
    {
        Piece piece = new("", 0, PieceType.Normal);
        foreach (ProtocolField field in ProtocolBuffer.Fields(message))
        {
            piece = field.Number switch
            {
                1 => piece with { Text = Encoding.UTF8.GetString(field.Bytes.Span) },
                2 => piece with { Score = field.Float },
                3 => piece with { Type = (PieceType)field.Value },
                _ => piece,
            };
        }
        return piece;
    }

    private static Trainer ReadTrainer(ReadOnlyMemory<byte> message)
    {
        Trainer trainer = new();
        foreach (ProtocolField field in ProtocolBuffer.Fields(message))
        {
            int value = (int)field.Value;
            trainer = field.Number switch
            {
                3 => trainer with { ModelType = value },
                35 => trainer with { ByteFallback = value != 0 },
                40 => trainer with { Unknown = value },
                41 => trainer with { Begin = value },
                42 => trainer with { End = value },
                44 => trainer with { UnknownText = Encoding.UTF8.GetString(field.Bytes.Span) },
                24 when value != 0 => throw BadFolder.Because("tokenizer.model writes spaces behind words (treat_whitespace_as_suffix), which is not supported."),
                _ => trainer,
            };
        }
        return trainer;
    }

    private static Rules ReadRules(ReadOnlyMemory<byte> message)
    {
        Rules rules = new([]);
        foreach (ProtocolField field in ProtocolBuffer.Fields(message))
        {
            rules = field.Number switch
            {
                2 => rules with { CharacterMap = field.Bytes.ToArray() },
                3 => rules with { Prefix = field.Value != 0 },
                4 => rules with { RemoveSpaces = field.Value != 0 },
                5 => rules with { EscapeSpaces = field.Value != 0 },
                _ => rules,
            };
        }
        return rules;
    }

    private static Tokenizer Build(List<Piece> pieces, Trainer trainer, Rules rules, bool addBegin, bool addEnd)
    {
        // An id is the place in the list; a second piece of the same text cannot be reached.
        Vocabulary vocabulary = new(pieces.Select((p, id) => KeyValuePair.Create(p.Text, id)).DistinctBy(p => p.Key));
        string unknown = pieces[Math.Clamp(trainer.Unknown, 0, pieces.Count - 1)].Text;
        TokenModel model = trainer.ModelType switch
        {
            Unigram => new UnigramModel(vocabulary, [.. pieces.Select(p => (double)p.Score)],
                pieces.Select((p, id) => (p, id)).Where(p => p.p.Type is PieceType.Normal or PieceType.UserDefined).Select(p => KeyValuePair.Create(p.p.Text, p.id)), trainer.Unknown, trainer.ByteFallback, singlePrecision: true),
            Bpe => new BpeModel(vocabulary, Merges(pieces, vocabulary), new BpeOptions(unknown, trainer.ByteFallback, FuseUnknown: true)),
            _ => throw BadFolder.Because("tokenizer.model is neither unigram nor BPE; words and characters are not supported."),
        };
        // Prompts write control tokens as text, which SentencePiece itself would not read. The unknown token is written by nobody.
        AddedToken[] added = [.. pieces.Select((p, id) => (Piece: p, Id: id)).Where(p => p.Piece.Type is PieceType.Control or PieceType.UserDefined or PieceType.Unknown)
            .Select(p => new AddedToken(p.Id, p.Piece.Text, Normalized: p.Piece.Type == PieceType.UserDefined, Special: p.Piece.Type != PieceType.UserDefined)
            { Written = p.Piece.Type == PieceType.Unknown ? "" : p.Piece.Text })];
        return new Tokenizer(new TokenizerParts(model, added, Normalizing(rules), PreTokenizer: null, ByteLevel: false, Around(trainer, addBegin, addEnd),
            new DecodingRules([token => token == unknown ? trainer.UnknownText : token.Replace('▁', ' ')], ByteFallback: trainer.ByteFallback, Leading: rules.Prefix ? 1 : 0)));
    }

    private static SequenceNormalizer Normalizing(Rules rules)
    {
        List<Normalizer> steps = [];
        if (rules.CharacterMap.Length > 0) steps.Add(new MapNormalizer(new CharacterMap(rules.CharacterMap).Apply));
        if (rules.RemoveSpaces) steps.Add(new SpacesNormalizer());
        if (rules.Prefix) steps.Add(new PrependNormalizer(" ", onlyAtStart: true));
        if (rules.EscapeSpaces) steps.Add(new ReplaceNormalizer(" ", "▁"));
        return new SequenceNormalizer(steps);
    }

    private static PostProcessor Around(Trainer trainer, bool addBegin, bool addEnd)
    {
        TemplatePart[] begin = addBegin && trainer.Begin >= 0 ? [TemplatePart.Special(0, trainer.Begin)] : [], end = addEnd && trainer.End >= 0 ? [TemplatePart.Special(0, trainer.End)] : [];
        return new PostProcessor([.. begin, TemplatePart.Text(0, 0), .. end], [.. begin, TemplatePart.Text(0, 0), .. end, .. begin, TemplatePart.Text(1, 1), .. end]);
    }

    /// <summary>SentencePiece joins any two neighbours that are a piece together, the best score first; so each way to part a piece is a merge.</summary>
    private static List<(int Left, int Right, int Rank, int Joined)> Merges(List<Piece> pieces, Vocabulary vocabulary)
    {
        List<(int, int, int, int)> merges = [];
        float[] scores = [.. pieces.Select(p => p.Score).Distinct().OrderDescending()];
        Dictionary<float, int> ranks = scores.Select((score, rank) => (score, rank)).ToDictionary(p => p.score, p => p.rank);
        for (int id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].Type is not (PieceType.Normal or PieceType.UserDefined)) continue;
            ReadOnlySpan<char> text = pieces[id].Text;
            for (int cut = 1; cut < text.Length; cut++)
                if (Joinable(text[..cut]) is >= 0 and int left && Joinable(text[cut..]) is >= 0 and int right) merges.Add((left, right, ranks[pieces[id].Score], id));
        }
        return merges;

        int Joinable(ReadOnlySpan<char> text) => vocabulary.IdOf(text) is >= 0 and int id && pieces[id].Type is PieceType.Normal or PieceType.UserDefined ? vocabulary.IdOf(text) : -1;
    }
}
