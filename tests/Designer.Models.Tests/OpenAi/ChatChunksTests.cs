using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.OpenAi;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.OpenAi;

/// <summary>The reader of streamed completions: however the bytes come, they say the same, and what is no chunk is refused.</summary>
public sealed class ChatChunksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task However_the_bytes_are_cut_they_say_the_same(int packet)
    {
        // A byte order mark, comments, both line ends, no space after the colon, fields that nobody knows, characters of two to four bytes.
        string stream = "\uFEFF: hello\r\n\r\nid: 7\r\nretry: 10\r\ndata: " + Scenes.Chunk("""{"role":"assistant","content":""}""") + "\r\n\r\n"
            + "event: message\ndata:" + Scenes.Chunk("""{"content":"Grüße, "}""") + "\n\n: ping\n\n"
            + "data: " + Scenes.Chunk("""{"content":"世界 🌍 \ud83d\ude00"}""") + "\r\n\r\n"
            + "data: " + Scenes.Chunk("{}", "\"stop\"") + "\n\ndata: [DONE]\n\ndata: after the end\n\n";

        List<ChatResponseUpdate> updates = await ReadAsync(Encoding.UTF8.GetBytes(stream), packet);

        Assert.Equal(["Grüße, ", "世界 🌍 😀"], updates.SelectMany(u => u.Contents).Select(c => ((TextContent)c).Text));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        Assert.All(updates, u => Assert.Equal(("c1", "c1", "test-1", ChatRole.Assistant), (u.ResponseId, u.MessageId, u.ModelId, u.Role)));
    }

    [Fact]
    public async Task An_event_that_is_cut_in_the_middle_says_nothing()
    {
        byte[] stream = Encoding.UTF8.GetBytes("data: " + Scenes.Chunk("""{"content":"whole"}""") + "\n\ndata: " + Scenes.Chunk("""{"content":"half"}""") + "\n");

        Assert.Equal("whole", Assert.Single(await ReadAsync(stream, 64)).Text);
    }

    [Fact]
    public async Task A_large_event_comes_whole()
    {
        string text = new('é', 1_000_000);

        Assert.Equal(text, Assert.Single(await ReadAsync(Encoding.UTF8.GetBytes("data: " + Scenes.Chunk($$"""{"content":"{{text}}"}""") + "\n\n"), 50_000)).Text);
    }

    [Fact]
    public async Task A_line_without_an_end_is_refused_at_the_limit_of_bytes()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Scenes.Open(context);
            byte[] more = Encoding.UTF8.GetBytes("data: " + new string('x', 60_000));
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(more);
        });
        using TestModels models = new(new ModelHttpLimits { MaxResponseBytes = 1_000_000 });
        IChatClient client = await models.ClientAsync(TestModels.Connection(server.Endpoint));

        ModelException error = await Assert.ThrowsAsync<ModelException>(async () => await client.GetStreamingResponseAsync("hello").ToListAsync());

        Assert.Equal(ModelErrorCodes.BadResponse, error.Code);
        Assert.Contains("larger than", error.Message, StringComparison.Ordinal);
        await server.CallerLeft.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"choices\"")]
    [InlineData("{} {}")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"choices":{}}""")]
    [InlineData("""{"choices":["one"]}""")]
    [InlineData("""{"choices":[{"delta":"text"}]}""")]
    [InlineData("""{"choices":[{"delta":{"content":7}}]}""")]
    [InlineData("""{"choices":[{"delta":{"content":["text"]}}]}""")]
    [InlineData("""{"choices":[{"delta":{"content":"\ud83d"}}]}""")]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[7]}}]}""")]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[{"index":"first"}]}}]}""")]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[{"index":9999999999999999999}]}}]}""")]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[{"function":"weather"}]}}]}""")]
    [InlineData("""{"choices":[{"finish_reason":1}]}""")]
    [InlineData("""{"usage":{"prompt_tokens":"many"}}""")]
    [InlineData("""{"usage":{"prompt_tokens":1.5}}""")]
    public void What_is_no_chunk_is_refused(string data)
    {
        Exception error = Assert.ThrowsAny<Exception>(() => Read(data));

        Assert.True(error is JsonException or FormatException or InvalidOperationException, error.ToString());
    }

    [Fact]
    public void Nesting_without_an_end_is_refused() =>
        Assert.ThrowsAny<JsonException>(() => Read("{\"x\":" + string.Concat(Enumerable.Repeat("[", 100_000))));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"choices":null,"usage":null,"id":null,"model":null,"error":{"message":"no"}}""")]
    [InlineData("""{"choices":[{"delta":null,"finish_reason":null}]}""")]
    [InlineData("""{"choices":[{"delta":{"content":null,"tool_calls":null,"refusal":null,"reasoning_content":null},"finish_reason":""}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"unknown":{"content":"no"}},"logprobs":{"content":[]}},{"index":1,"delta":{"content":"another choice"}}]}""")]
    public void What_is_missing_or_unknown_says_nothing(string data)
    {
        ChatResponseUpdate update = Read(data);

        Assert.Empty(update.Contents);
        Assert.Null(update.FinishReason);
    }

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("length", "length")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("tool_calls", "tool_calls")]
    [InlineData("function_call", "tool_calls")]
    [InlineData("eos", "eos")]
    public void The_reason_of_the_end_is_read(string said, string reason) =>
        Assert.Equal(reason, Read($$"""{"choices":[{"delta":{},"finish_reason":"{{said}}"}]}""").FinishReason!.Value.Value);

    [Fact]
    public void Counts_are_read_with_their_details()
    {
        ChatResponseUpdate update = Read("""{"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16,"prompt_tokens_details":{"cached_tokens":8,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":3},"other":[1]}}""");

        UsageDetails used = Assert.IsType<UsageContent>(Assert.Single(update.Contents)).Details;
        Assert.Equal((11, 5, 16, 8, 3), (used.InputTokenCount, used.OutputTokenCount, used.TotalTokenCount, used.CachedInputTokenCount, used.ReasoningTokenCount));
    }

    [Fact]
    public void A_content_of_parts_is_their_text() =>
        Assert.Equal("one two", Read("""{"choices":[{"delta":{"content":[{"type":"text","text":"one "},{"type":"image","url":"x"},{"type":"text","text":"two"}]}}]}""").Text);

    [Fact]
    public void Calls_that_come_in_pieces_by_turns_are_put_together_at_the_end()
    {
        ChatChunks chunks = new("reasoning_content"u8.ToArray());
        string[] deltas =
        [
            """{"tool_calls":[{"index":0,"id":"a","function":{"name":"weather","arguments":""}},{"index":1,"id":"b","function":{"name":"time","arguments":"{\"zone\""}}]}""",
            """{"tool_calls":[{"index":1,"function":{"arguments":":\"CET\"}"}},{"index":0,"id":null,"function":{"name":null,"arguments":"{\"city\":\"Bern\"}"}}]}""",
            """{"tool_calls":[{"index":5,"function":{"name":"broken","arguments":"{"}}]}""",
        ];
        foreach (string delta in deltas) Assert.Empty(Read(chunks, Scenes.Chunk(delta)).Contents);

        FunctionCallContent[] calls = [.. Read(chunks, Scenes.Chunk("{}", "\"tool_calls\"")).Contents.Cast<FunctionCallContent>()];

        Assert.Equal(["a weather", "b time", "call_5 broken"], calls.Select(c => $"{c.CallId} {c.Name}"));
        Assert.Equal(("Bern", "CET"), ($"{calls[0].Arguments!["city"]}", $"{calls[1].Arguments!["zone"]}"));
        Assert.NotNull(calls[2].Exception);
    }

    [Fact]
    public void A_refusal_is_told_at_the_end()
    {
        ChatChunks chunks = new("reasoning_content"u8.ToArray());
        foreach (string piece in (string[])["I will ", "not."]) Assert.Empty(Read(chunks, Scenes.Chunk($$"""{"refusal":"{{piece}}"}""")).Contents);

        Assert.Equal("I will not.", Assert.IsType<ErrorContent>(Assert.Single(Read(chunks, Scenes.Chunk("{}", "\"stop\"")).Contents)).Message);
    }

    [Fact]
    public void The_mark_of_the_end_is_no_update() => Assert.Null(new ChatChunks("reasoning"u8.ToArray()).Read("message", "[DONE]"u8));

    private static ChatResponseUpdate Read(string data) => Read(new ChatChunks("reasoning_content"u8.ToArray()), data);

    private static ChatResponseUpdate Read(ChatChunks chunks, string data) => chunks.Read("message", Encoding.UTF8.GetBytes(data))!;

    private static async Task<List<ChatResponseUpdate>> ReadAsync(byte[] bytes, int packet)
    {
        ChatChunks chunks = new("reasoning_content"u8.ToArray());
        List<ChatResponseUpdate> updates = [];
        await foreach (SseItem<ChatResponseUpdate?> item in SseParser.Create(new Packets(bytes, packet), chunks.Read).EnumerateAsync())
        {
            if (item.Data is null) break;
            updates.Add(item.Data);
        }
        return updates;
    }

    /// <summary>A body that comes in packets of one size.</summary>
    private sealed class Packets(byte[] bytes, int packet) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return await base.ReadAsync(buffer[..Math.Min(packet, buffer.Length)], cancellationToken);
        }
    }
}
