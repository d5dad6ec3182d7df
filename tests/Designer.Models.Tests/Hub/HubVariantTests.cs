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

    private static IReadOnlyList<HubVariant> Of(params string[] files) => HubVariant.Of(new HubModel("a/b", "0123456", null, false, [.. files.Select(f => new HubFile(f, f.Length, null, null))]));

    private static void Same(string[] expected, HubVariant variant) => Assert.Equal(expected.Order(StringComparer.Ordinal), variant.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
}
