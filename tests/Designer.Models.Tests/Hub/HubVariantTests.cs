using Designer.Models.Hub;

namespace Designer.Models.Tests.Hub;

/// <summary>Which files of a repository make a model's folder.</summary>
public sealed class HubVariantTests
{
    [Fact]
    public void A_form_takes_its_graph_with_external_data_and_the_models_settings()
    {
        var variants = Of("README.md", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "1_Pooling/config.json", "LICENSE", "model.safetensors",
            "onnx/model.onnx", "onnx/model.onnx_data", "onnx/model_fp16.onnx", "onnx/model_q4f16.onnx", "onnx/model_q4f16.onnx_data", "onnx/model_q4f16.onnx_data_1", "onnx/vision_encoder.onnx");
        Assert.Equal(["fp16", "full", "q4f16"], variants.Select(v => v.Label).Order(StringComparer.Ordinal));
        string[] settings = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "1_Pooling/config.json", "LICENSE"];
        Same([.. settings, "onnx/model_q4f16.onnx", "onnx/model_q4f16.onnx_data", "onnx/model_q4f16.onnx_data_1"], variants.Single(v => v.Label == "q4f16"));
        Same([.. settings, "onnx/model.onnx", "onnx/model.onnx_data"], variants.Single(v => v.Label == "full"));
        Assert.Equal("onnx/model.onnx", variants.Single(v => v.Label == "full").Local("onnx/model.onnx"));
    }

    [Fact]
    public void A_folder_of_its_own_in_the_repository_becomes_the_models_folder()
    {
        var variant = Assert.Single(Of("README.md", "config.json", "cpu/int4/config.json", "cpu/int4/tokenizer.json", "cpu/int4/model.onnx", "cpu/int4/model.onnx.data"));
        Assert.Equal("cpu/int4", variant.Label);
        Same(["cpu/int4/config.json", "cpu/int4/tokenizer.json", "cpu/int4/model.onnx", "cpu/int4/model.onnx.data"], variant);
        Assert.Equal("model.onnx", variant.Local(variant.Graph));
    }

    [Fact]
    public void Graphs_that_are_called_otherwise_are_offered_where_no_model_is()
    {
        Assert.Equal(["decoder", "encoder"], Of("config.json", "encoder.onnx", "decoder.onnx").Select(v => v.Label).Order(StringComparer.Ordinal));
        Assert.Empty(Of("config.json", "model.safetensors", "tokenizer.json"));
    }

    [Fact]
    public void OCR_is_its_graphs_and_their_characters_in_one_folder()
    {
        var variant = Assert.Single(Of("README.md", "LICENSE-Apache-2.0", "ch_PP-OCRv4_det_infer.onnx", "ch_PP-OCRv4_rec_infer.onnx", "ch_ppocr_mobile_v2.0_cls_infer.onnx", "ppocr_keys_v1.txt", "requirements.txt"));
        Assert.Equal(("ocr", "", true), (variant.Label, variant.Entry, variant.IsSet));
        Assert.Equal(["LICENSE-Apache-2.0", "cls.onnx", "det.onnx", "keys.txt", "rec.onnx"], variant.Files.Select(f => variant.Local(f.Path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_graph_that_reads_is_a_form_with_what_stands_nearest_to_it()
    {
        var variants = Of("detection/v5/det.onnx", "detection/v5/det.onnx_data", "detection/v3/det_server.onnx", "languages/english/rec.onnx", "languages/english/dict.txt", "languages/greek/rec.onnx", "languages/greek/dict.txt",
            "preprocessing/textline-orientation/model.onnx");
        Assert.Equal(["languages/english", "languages/greek"], variants.Select(v => v.Label).Order(StringComparer.Ordinal));
        Same(["detection/v5/det.onnx", "detection/v5/det.onnx_data", "languages/greek/rec.onnx", "languages/greek/dict.txt", "preprocessing/textline-orientation/model.onnx"], variants.Single(v => v.Label == "languages/greek"));
        Assert.Equal("det.onnx_data", variants[0].Local("detection/v5/det.onnx_data"));

        var sizes = Of("v4/ch_det_infer.onnx", "v4/ch_det_server_infer.onnx", "v4/ch_rec_infer.onnx", "v4/ch_rec_server_infer.onnx", "v3/en_det_infer.onnx");
        Same(["v4/ch_det_server_infer.onnx", "v4/ch_rec_server_infer.onnx"], sizes.Single(v => v.Label == "v4/ch_rec_server_infer"));
        Same(["v4/ch_det_infer.onnx", "v4/ch_rec_infer.onnx"], sizes.Single(v => v.Label == "v4/ch_rec_infer"));
    }

    [Fact]
    public void Parts_that_nothing_here_is_made_of_are_not_offered_one_by_one()
    {
        string[] whisper = ["config.json", "onnx/encoder_model.onnx", "onnx/decoder_model_merged.onnx", "onnx/decoder_with_past_model.onnx"];
        Assert.Empty(Of(whisper));
        Assert.True(HubVariant.IsMadeOfParts(ModelOf(whisper)));
        Assert.False(HubVariant.IsMadeOfParts(ModelOf("config.json", "model.safetensors")));
        Assert.Equal(["decoder_model_merged"], Of("config.json", "onnx/decoder_model_merged.onnx").Select(v => v.Label));
    }

    [Fact]
    public void What_other_kinds_need_comes_along()
    {
        Same(["model.onnx", "model.data", "config.min.json", "README.onnx_adapter"], Assert.Single(Of("model.onnx", "model.data", "config.min.json", "README.md", "README.onnx_adapter")));
        Same(["onnx/model.onnx", "orla.onnx_adapter"], Assert.Single(Of("onnx/model.onnx", "orla.onnx_adapter", "onnx/model_database.json")));
    }

    [Theory]
    [InlineData("onnx-community/Qwen3-0.6B-ONNX", "onnx-community/Qwen3-0.6B-ONNX")]
    [InlineData(" https://huggingface.co/onnx-community/Qwen3-0.6B-ONNX/tree/main/onnx ", "onnx-community/Qwen3-0.6B-ONNX")]
    [InlineData("https://elsewhere.example/a/b", null)]
    [InlineData("gpt2", null)]
    [InlineData("a/b/c", null)]
    [InlineData("../b", null)]
    [InlineData("a/b?x=1", null)]
    public void A_model_is_named_as_its_page_is(string text, string? id)
    {
        if (id is null) Assert.Throws<ModelException>(() => HubModel.IdIn(text, HubSettings.Usual));
        else Assert.Equal(id, HubModel.IdIn(text, HubSettings.Usual));
    }

    [Fact]
    public void Downloads_can_be_switched_off_and_the_address_must_be_one()
    {
        Assert.Equal(HubSettings.Usual, HubSettings.Read(null, null).Address);
        Assert.Null(HubSettings.Read("off", null).Address);
        Assert.Equal(new Uri("https://hub.example/mirror/"), HubSettings.Read("https://hub.example/mirror", null).Address);
        Assert.Throws<FormatException>(() => HubSettings.Read("ftp://hub.example", null));
        Assert.Contains("switched off", Assert.Throws<ModelException>(() => new HubClient(HubSettings.Read("off", null), "models").Address).Message);
    }

    private static IReadOnlyList<HubVariant> Of(params string[] files) => HubVariant.Of(ModelOf(files));

    private static HubModel ModelOf(params string[] files) => new("a/b", "0123456", null, false, [.. files.Select(f => new HubFile(f, f.Length, null, null))]);

    private static void Same(string[] expected, HubVariant variant) => Assert.Equal(expected.Order(StringComparer.Ordinal), variant.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
}
