using System.Text.Json;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Finds the tokenizer in a model's folder, and what the files beside it say about it.</summary>
internal static class TokenizerFolder
{
    public static Tokenizer Load(ModelFolderFiles files)
    {
        JsonElement empty = JsonElement.Parse("{}"), own = files.ReadObject("tokenizer_config.json") ?? empty;
        if (files.Find("tokenizer.json") is not null) return TokenizerJson.Read(files.Read("tokenizer.json"), own);
        if (files.Find("tokenizer.model") is null) throw BadFolder.Because($"The folder '{files.Folder}' has neither tokenizer.json nor tokenizer.model.");
        // Without settings of its own, the tokenizer begins a text as config.json says texts begin.
        bool begin = own.Flag("add_bos_token") ?? ModelFolderConfig.Read(files.ReadObject("config.json") ?? empty).BeginToken is not null;
        return SentencePieceModel.Read(files.Read("tokenizer.model"), begin, own.Flag("add_eos_token") ?? false);
    }
}
