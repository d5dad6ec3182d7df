using System.Text.Json;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Reads the post-processor of <c>tokenizer.json</c>.</summary>
internal static class PostProcessorJson
{
    public static PostProcessor Read(JsonElement? part)
    {
        if (part is not { } json) return PostProcessor.None;
        return json.NeedText("type") switch
        {
            "TemplateProcessing" => Template(json),
            "BertProcessing" => Around(json, betweenTwice: false, secondType: 1),
            "RobertaProcessing" => Around(json, betweenTwice: true, secondType: 0),
            // ByteLevel changes offsets only.
            "ByteLevel" => PostProcessor.None,
            "Sequence" => json.NeedArray("processors").EnumerateArray().Select(p => Read(p)).LastOrDefault(p => p != PostProcessor.None) ?? PostProcessor.None,
            string other => throw BadFolder.Because($"The post-processor '{other}' of tokenizer.json is not supported."),
        };
    }

    private static PostProcessor Template(JsonElement json)
    {
        Dictionary<string, int[]> special = (json.Object("special_tokens")?.EnumerateObject() ?? default)
            .ToDictionary(p => p.Name, p => p.Value.NeedArray("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray());
        return new PostProcessor(Parts("single"), json.Array("pair") is null ? PostProcessor.None.Pair : Parts("pair"));

        TemplatePart[] Parts(string name) => [.. json.NeedArray(name).EnumerateArray().Select(Part)];

        TemplatePart Part(JsonElement part)
        {
            if (part.Object("Sequence") is { } sequence) return TemplatePart.Text(sequence.NeedText("id") == "A" ? 0 : 1, sequence.Number("type_id") ?? 0);
            JsonElement token = part.NeedObject("SpecialToken");
            return special.TryGetValue(token.NeedText("id"), out int[]? ids) ? TemplatePart.Special(token.Number("type_id") ?? 0, ids)
                : throw BadFolder.Because($"The template of tokenizer.json uses the special token '{token.NeedText("id")}' without saying its id.");
        }
    }

    private static PostProcessor Around(JsonElement json, bool betweenTwice, int secondType)
    {
        int begin = Id("cls"), end = Id("sep");
        TemplatePart[] single = [TemplatePart.Special(0, begin), TemplatePart.Text(0, 0), TemplatePart.Special(0, end)];
        TemplatePart[] between = betweenTwice ? [TemplatePart.Special(0, end)] : [];
        return new PostProcessor(single, [.. single, .. between, TemplatePart.Text(1, secondType), TemplatePart.Special(secondType, end)]);

        int Id(string name) => json.NeedArray(name) is var pair && pair.GetArrayLength() == 2 && pair[1].TryGetInt32(out int id) ? id
            : throw BadFolder.Because($"'{name}' of the post-processor of tokenizer.json is not understood.");
    }
}
