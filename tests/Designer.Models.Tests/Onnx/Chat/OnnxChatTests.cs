using Designer.Models.Connections;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Tests.OpenAi;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Onnx.Chat;

public class OnnxChatTests
{
    private static readonly ChatOptions s_greedy = new() { MaxOutputTokens = 60, Temperature = 0 };

    [Theory]
    [InlineData("stories260k")]
    [InlineData("stories260k/model_gqa.onnx")]
    [InlineData("stories260k/model_lora.onnx")]
    public async Task The_story_streams_through_the_registry_piece_by_piece(string model)
    {
        using var models = OnnxRegistry.Create();
        var client = await models.ClientAsync(OnnxRegistry.Connection(model));
        var updates = await client.GetStreamingResponseAsync("Once upon a time", s_greedy, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        var response = updates.ToChatResponse();
        Assert.StartsWith(", there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball.", response.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal((5, 60), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        Assert.True(updates.Count > 50);
    }

    [Fact]
    public async Task Thirty_two_callers_at_once_read_the_same_story()
    {
        using var models = OnnxRegistry.Create();
        var client = await models.ClientAsync(OnnxRegistry.Connection("stories260k"));
        var alone = await client.GetResponseAsync("Once upon a time", s_greedy, TestContext.Current.CancellationToken);
        var together = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.GetResponseAsync("Once upon a time", s_greedy, TestContext.Current.CancellationToken)));
        Assert.All(together, one => Assert.Equal(alone.Text, one.Text));
    }

    [Fact]
    public async Task A_stop_string_ends_the_answer_and_is_not_part_of_it()
    {
        using var models = OnnxRegistry.Create();
        var client = await models.ClientAsync(OnnxRegistry.Connection("stories260k"));
        var options = new ChatOptions { MaxOutputTokens = 100, Temperature = 0, StopSequences = ["One day", "never"] };
        var response = await client.GetResponseAsync("Once upon a time", options, TestContext.Current.CancellationToken);
        Assert.Equal(", there was a little girl named Lily. She loved to play outside in the park. ", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task The_adapter_is_an_option_of_the_call()
    {
        using var models = OnnxRegistry.Create();
        var client = await models.ClientAsync(OnnxRegistry.Connection("stories260k/model_lora.onnx"));
        var tuned = s_greedy.Clone();
        tuned.AdditionalProperties = new AdditionalPropertiesDictionary { ["lora_adapter"] = "orla" };
        var plain = await client.GetResponseAsync("Once upon a time", s_greedy, TestContext.Current.CancellationToken);
        var other = await client.GetResponseAsync("Once upon a time", tuned, TestContext.Current.CancellationToken);
        Assert.Contains("Lily", plain.Text);
        Assert.Contains("Orla", other.Text);
    }

    [Fact]
    public async Task A_reader_who_leaves_frees_the_place()
    {
        using var models = OnnxRegistry.Create(new OnnxSettings { Threads = 1, LargestBatch = 1 });
        var client = await models.ClientAsync(OnnxRegistry.Connection("stories260k"));
        var endless = new ChatOptions { MaxOutputTokens = 500, Temperature = 0 };
        await foreach (var _ in client.GetStreamingResponseAsync("Once upon a time", endless, TestContext.Current.CancellationToken)) break;
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.GetStreamingResponseAsync("Once upon a time", endless, cancel.Token)) await cancel.CancelAsync();
        });
        Assert.NotEmpty((await client.GetResponseAsync("Once upon a time", s_greedy, TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task A_prompt_longer_than_the_context_and_an_unknown_adapter_are_refused_in_words()
    {
        using var models = OnnxRegistry.Create();
        var client = await models.ClientAsync(OnnxRegistry.Connection("stories260k"));
        var tooLong = await Assert.ThrowsAsync<ModelException>(() => client.GetResponseAsync(string.Concat(Enumerable.Repeat("Once upon a time ", 200)), s_greedy, TestContext.Current.CancellationToken));
        Assert.Equal(ModelErrorCodes.Refused, tooLong.Code);
        Assert.Contains("512", tooLong.Message);
        var adapter = new ChatOptions { AdditionalProperties = new AdditionalPropertiesDictionary { ["lora_adapter"] = "orla" } };
        Assert.Contains("no LoRA adapter", (await Assert.ThrowsAsync<ModelException>(() => client.GetResponseAsync("Once", adapter, TestContext.Current.CancellationToken))).Message);
    }

    [Fact]
    public async Task The_trial_of_the_page_works_on_it()
    {
        using var models = OnnxRegistry.Create();
        var result = await models.Tester.TestAsync(OnnxRegistry.Connection("stories260k"), TestContext.Current.CancellationToken);
        Assert.True(result.Ok, result.Error);
        Assert.True(result.Streams);
        Assert.NotEmpty(result.Answer!);
        var missing = await models.Tester.TestAsync(OnnxRegistry.Connection("nowhere"), TestContext.Current.CancellationToken);
        Assert.Equal(ModelErrorCodes.BadFolder, missing.ErrorCode);
    }
}
