using CsCheck;
using Designer.Models.Extractive;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Extractive;

/// <summary>The embedded model as a chat client: streaming, usage, cancellation, honesty.</summary>
public sealed class ExtractiveChatClientTests
{
    private static readonly ChatMessage[] s_question =
    [
        new(ChatRole.System, Prompts.Context([new TestChunk("Keys", "The spare key hangs behind the green door. 备用钥匙挂在绿门后面。")])),
        new(ChatRole.User, "Where is the spare key?"),
    ];

    [Fact]
    public async Task It_streams_word_by_word_and_ends_with_its_usage()
    {
        using var client = new ExtractiveChatClient();

        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(s_question)) updates.Add(update);
        var whole = await client.GetResponseAsync(s_question);

        Assert.Equal(whole.Text, string.Concat(updates.Select(u => u.Text)));
        Assert.StartsWith("The spare key hangs behind the green door. [1]", whole.Text, StringComparison.Ordinal);
        Assert.True(updates.Count > 8, $"{updates.Count}");
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        var usage = Assert.Single(updates.SelectMany(u => u.Contents).OfType<UsageContent>()).Details;
        Assert.Equal(updates.Count - 1, usage.OutputTokenCount);
        Assert.True(usage.InputTokenCount > 10);
        Assert.Equal(whole.Usage!.TotalTokenCount, usage.TotalTokenCount);
        Assert.All(updates, u => Assert.Equal("extractive", u.ModelId));
    }

    [Fact]
    public async Task Cancelling_stops_the_stream()
    {
        using var client = new ExtractiveChatClient();
        using var stop = new CancellationTokenSource();
        var seen = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.GetStreamingResponseAsync(s_question, cancellationToken: stop.Token))
                if (++seen == 2) await stop.CancelAsync();
        });

        Assert.Equal(2, seen);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetResponseAsync(s_question, cancellationToken: stop.Token));
    }

    [Fact]
    public async Task A_limit_of_tokens_is_kept_and_told()
    {
        using var client = new ExtractiveChatClient();

        var response = await client.GetResponseAsync(s_question, new ChatOptions { MaxOutputTokens = 3 });

        Assert.Equal("The spare key", response.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
    }

    [Theory]
    [InlineData("Tell me a joke", "no weights", "Models page")]
    [InlineData("给我讲个笑话", "没有语言模型权重", "模型”页")]
    public void Open_chat_gets_an_honest_reply_that_says_what_to_do(string user, string what, string how)
    {
        var reply = Prompts.Send("You are a cheerful assistant.", user);

        Assert.Contains(what, reply, StringComparison.Ordinal);
        Assert.Contains(how, reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tools_on_offer_are_never_called()
    {
        using var client = new ExtractiveChatClient();

        var response = await client.GetResponseAsync(s_question, new ChatOptions { Tools = [AIFunctionFactory.Create(() => "x", "search")], ToolMode = ChatToolMode.RequireAny });

        Assert.DoesNotContain(response.Messages.SelectMany(m => m.Contents), c => c is FunctionCallContent);
    }

    [Fact]
    public void The_same_prompt_gives_the_same_answer_whatever_the_order_of_calls()
    {
        var answers = Enumerable.Range(0, 20).AsParallel().Select(_ => Prompts.Send(s_question[0].Text, s_question[1].Text)).Distinct();

        Assert.Single(answers);
    }

    [Fact]
    public void No_text_makes_it_throw()
    {
        string[] parts = ["<sources>", "</sources>", "<source n=\"1\" id=\"a\" title=\"t\">", "</source>", "<source n=\"x\"", "\n", "# ", "- ", "|a|b|", "|---|", "?", ":", "。", "？", "how many days", "年假几天", "summarise", "title", "classify: a, b", "\ud83d", "\udc00", "\0", "[1]", "&amp;", "```", "**x**", "1.", "12/31/2026", "a@b.c", "我叫"];
        var pieces = Gen.Int[0, parts.Length - 1].Select(i => parts[i]);
        Gen.Select(pieces.Array[0, 12], pieces.Array[0, 12], Gen.String).Sample((system, user, noise) =>
            Prompts.Send(string.Join(' ', system) + noise, noise + string.Join("", user)).Length > 0, iter: 3_000);
    }

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "exclamation marks", string.Concat(Enumerable.Repeat("!", 500_000)) + "a", "How long is the warranty?" },
        { "brackets", new string('[', 300_000), "How long is the warranty?" },
        { "headings", string.Concat(Enumerable.Repeat("# warranty\nlong\n", 30_000)), "How long is the warranty?" },
        { "dots", string.Concat(Enumerable.Repeat("a.b.", 100_000)), "How long is the warranty?" },
        { "spaces", "warranty:" + new string(' ', 400_000) + "x", "How long is the warranty?" },
        { "digits", new string('7', 400_000), "How many?" },
        { "one long Chinese question", "保修期为两年。", string.Concat(Enumerable.Repeat("保修期是多久", 50_000)) },
        { "one long question", "The warranty is two years.", string.Concat(Enumerable.Repeat("warranty ", 50_000)) },
        { "many source lists", "x", string.Concat(Enumerable.Repeat("<sources></sources>", 20_000)) },
        { "a long attribute", "x", "<sources><source " + new string('a', 400_000) + "></source></sources> why?" },
        { "list of labels", "Classify.\n- a" + new string(' ', 300_000) + "x", "hello" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_text_costs_no_more_than_its_length(string what, string source, string user)
    {
        using var client = new ExtractiveChatClient();
        var schema = System.Text.Json.JsonElement.Parse("""{"type":"object","properties":{"orderNumber":{"type":"string"},"total":{"type":"number"},"name":{"type":"string"},"count":{"type":"integer"},"date":{"type":"string"},"email":{"type":"string"},"phone":{"type":"string"},"note":{"type":"string"},"title":{"type":"string"},"urgent":{"type":"boolean"}}}""");
        ChatMessage[][] prompts =
        [
            [new(ChatRole.System, Prompts.Context([new TestChunk("Source", source)])), new(ChatRole.User, user)],
            [new(ChatRole.System, source), new(ChatRole.User, user)],
            [new(ChatRole.System, "Summarise with a title."), new(ChatRole.User, source + user)],
        ];
        var clock = System.Diagnostics.Stopwatch.StartNew();

        foreach (var prompt in prompts) Assert.NotEmpty((await client.GetResponseAsync(prompt)).Text);
        await client.GetResponseAsync([new ChatMessage(ChatRole.User, source + user)], new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema) });

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"{what} took {clock.Elapsed}.");
    }

    [Fact]
    public async Task An_empty_conversation_gets_a_reply()
    {
        using var client = new ExtractiveChatClient();

        Assert.NotEmpty((await client.GetResponseAsync([])).Text);
        Assert.NotEmpty((await client.GetResponseAsync([new ChatMessage(ChatRole.User, (string?)null)])).Text);
        Assert.NotEmpty((await client.GetResponseAsync([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])])).Text);
    }
}
