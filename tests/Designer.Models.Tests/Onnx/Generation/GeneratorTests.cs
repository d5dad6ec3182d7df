using Designer.Models.Onnx.Generation;
using Designer.Models.Tests.Onnx.Graphs;

namespace Designer.Models.Tests.Onnx.Generation;

public class GeneratorTests
{
    /// <summary>What doc/stories260K.md of karpathy/llama2.c prints for "Once upon a time", greedy.</summary>
    private const string Documented =
        ", there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. She wanted to play with it, but it was too high.\n" +
        "Lily's mom said, \"Lily, let's go to the park.\" Lily was sad and didn't know what to do. She said, \"I want to play with your ball, but I can't find it.\"\n" +
        "Lily was sad and didn't know what to do. She said, \"I'm sorry, Lily. I didn't know what to do.\"\n";

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model_gqa.onnx")]
    [InlineData("model_lora.onnx")]
    public async Task The_documented_story_comes_out_token_by_token(string file)
    {
        using var stories = new Stories(file);
        var story = await stories.RunAsync(Stories.Prompt, 200);
        Assert.StartsWith(Documented, Stories.Text(story.Tokens));
        Assert.Equal(GenerationEnd.Length, story.End);
        Assert.Equal(200, story.Tokens.Count);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model_gqa.onnx")]
    [InlineData("model_lora.onnx")]
    public async Task Thirty_two_at_once_get_what_each_would_get_alone(string file)
    {
        using var stories = new Stories(file);
        // Prompts and answers of different lengths: rows join padded, and leave while others go on.
        var whole = (await stories.RunAsync(Stories.Prompt, 60)).Tokens;
        var asked = Enumerable.Range(0, 32).Select(i => (Prompt: (int[])[.. Stories.Prompt, .. whole.Take(i % 7 * 3)], Count: 20 + i * 5 % 60)).ToList();
        var alone = new List<Generated>();
        foreach (var (prompt, count) in asked) alone.Add(await stories.RunAsync(prompt, count));
        var together = await Task.WhenAll(asked.Select(a => stories.RunAsync(a.Prompt, a.Count)));
        for (var i = 0; i < asked.Count; i++) Assert.Equal(alone[i].Tokens, together[i].Tokens);
    }

    [Fact]
    public async Task The_older_cache_layout_with_narrow_integers_runs_alone_and_in_a_batch()
    {
        using var gpt = new Stories("model.onnx", "tiny-random-gpt2", new GeneratorLimits(64));
        int[] expected = [462, 462, 462, 481, 481, 481, 481, 438];
        Assert.Equal(expected, (await gpt.RunAsync([195, 731], 8)).Tokens);
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => gpt.RunAsync(i % 2 == 0 ? [195, 731] : [5, 195, 731, 8, 9], 8)));
        Assert.All(together.Where((_, i) => i % 2 == 0), t => Assert.Equal(expected, t.Tokens));
    }

    [Theory]
    [InlineData(GraphWriter.Float, false)]
    [InlineData(GraphWriter.Half, false)]
    [InlineData(GraphWriter.Float, true)]
    public async Task Half_precision_caches_and_four_bit_weights_run_and_no_row_sees_anothers_tokens(int cache, bool isInt4)
    {
        using var written = new WrittenModels();
        using var adder = new Stories(new FileInfo(written.Adder("adder", cache, isInt4)), new GeneratorLimits(128));
        int[][] prompts = [.. Enumerable.Range(0, 32).Select(i => Enumerable.Range(0, 1 + i % 11).Select(n => (n * 3 + i) % 16).ToArray())];
        var said = await Task.WhenAll(prompts.Select((prompt, i) => adder.RunAsync(prompt, 4 + i % 9, r => r with { EndTokens = new HashSet<int>() })));
        for (var i = 0; i < prompts.Length; i++)
        {
            var sum = prompts[i].Sum();
            foreach (var token in said[i].Tokens)
            {
                Assert.Equal(sum % 16, token);
                sum += token;
            }
        }
    }

    [Fact]
    public async Task An_adapter_is_chosen_per_request_and_does_not_leak_into_the_next()
    {
        using var stories = new Stories("model_lora.onnx");
        var plain = await stories.RunAsync(Stories.Prompt, 40);
        var tuned = await stories.RunAsync(Stories.Prompt, 40, r => r with { Adapter = "orla" });
        Assert.NotEqual(plain.Tokens, tuned.Tokens);
        var mixed = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => stories.RunAsync(Stories.Prompt, 40, r => i % 2 == 0 ? r : r with { Adapter = "orla" })));
        for (var i = 0; i < mixed.Length; i++) Assert.Equal((i % 2 == 0 ? plain : tuned).Tokens, mixed[i].Tokens);
        Assert.Contains("Orla", Stories.Text(tuned.Tokens), StringComparison.OrdinalIgnoreCase);
        var unknown = Assert.Throws<ModelException>(() => { _ = stories.RunAsync(Stories.Prompt, 1, r => r with { Adapter = "elsewhere" }); });
        Assert.Contains("orla", unknown.Message);
    }

    [Fact]
    public async Task A_long_prompt_read_in_pieces_gives_the_same_answer()
    {
        using var whole = new Stories(limits: new GeneratorLimits(512, PromptPiece: 512));
        using var pieces = new Stories(limits: new GeneratorLimits(512, PromptPiece: 16));
        using var shared = new Stories("model_gqa.onnx", limits: new GeneratorLimits(512, PromptPiece: 16));
        int[] prompt = [.. Stories.Prompt, .. (await whole.RunAsync(Stories.Prompt, 120)).Tokens];
        var expected = (await whole.RunAsync(prompt, 30)).Tokens;
        Assert.Equal(expected, (await pieces.RunAsync(prompt, 30)).Tokens);
        Assert.Equal(expected, (await shared.RunAsync(prompt, 30)).Tokens);
    }

    [Fact]
    public async Task A_cancelled_request_leaves_and_gives_its_place_to_the_next()
    {
        using var stories = new Stories(limits: new GeneratorLimits(512, LargestBatch: 1));
        using var cancel = new CancellationTokenSource();
        // The sink holds the only place until the other request waits behind it.
        using var queued = new ManualResetEventSlim();
        var holding = new CollectingSink { OnToken = _ => { queued.Wait(); return false; } };
        stories.Generator.Submit(new GenerationRequest(Stories.Prompt, 400, holding) { Cancellation = cancel.Token });
        await holding.First;
        var next = stories.RunAsync(Stories.Prompt, 5);
        cancel.Cancel();
        queued.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holding.Done);
        Assert.Equal(5, (await next).Tokens.Count);
    }

    [Fact]
    public async Task Who_does_not_fit_into_the_cache_waits_and_who_never_fits_is_told()
    {
        // 5 layers × keys and values × 4 heads × 8 floats = 1,280 bytes a token, twice while a step runs.
        using var stories = new Stories(limits: new GeneratorLimits(512, CacheBytes: 2560L * 128));
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => stories.RunAsync(Stories.Prompt, 50)));
        Assert.All(all, one => Assert.Equal(all[0].Tokens, one.Tokens));
        var refused = Assert.Throws<ModelException>(() => { _ = stories.RunAsync(Stories.Prompt, 400); });
        Assert.Contains("onnx:cacheMegabytes", refused.Message);
    }

    [Fact]
    public void A_prompt_that_is_empty_too_long_or_foreign_is_refused()
    {
        using var stories = new Stories();
        Assert.Equal(ModelErrorCodes.Refused, Assert.Throws<ModelException>(() => { _ = stories.RunAsync([], 5); }).Code);
        Assert.Contains("512", Assert.Throws<ModelException>(() => { _ = stories.RunAsync(new int[512], 5); }).Message);
        Assert.Contains("do not belong together", Assert.Throws<ModelException>(() => { _ = stories.RunAsync([1, 512], 5); }).Message);
    }

    [Fact]
    public async Task A_sink_that_throws_fails_alone()
    {
        using var stories = new Stories();
        var broken = new CollectingSink { OnToken = _ => throw new InvalidOperationException("reader") };
        stories.Generator.Submit(new GenerationRequest(Stories.Prompt, 50, broken));
        var good = stories.RunAsync(Stories.Prompt, 50);
        Assert.Equal("reader", (await Assert.ThrowsAsync<InvalidOperationException>(() => broken.Done)).Message);
        Assert.Equal(50, (await good).Tokens.Count);
    }

    [Fact]
    public async Task The_end_token_ends_the_answer_and_the_sink_may_end_it_too()
    {
        using var stories = new Stories();
        var first = (await stories.RunAsync(Stories.Prompt, 10)).Tokens;
        var ended = await stories.RunAsync(Stories.Prompt, 10, r => r with { EndTokens = new HashSet<int> { first[4] } });
        Assert.Equal(GenerationEnd.Stop, ended.End);
        Assert.Equal(first.Take(first.ToList().IndexOf(first[4])), ended.Tokens);
        var sink = new CollectingSink { OnToken = t => t == first[2] };
        stories.Generator.Submit(new GenerationRequest(Stories.Prompt, 10, sink));
        Assert.Equal(GenerationEnd.Stop, (await sink.Done).End);
    }

    [Fact]
    public async Task Drawing_with_a_seed_repeats_itself_in_any_company()
    {
        using var stories = new Stories();
        GenerationRequest Drawn(GenerationRequest request, long seed) => request with { Sampling = new Sampling { Temperature = 1, TopK = 40, TopP = 0.9f, Seed = seed } };
        var alone = await stories.RunAsync(Stories.Prompt, 40, r => Drawn(r, 7));
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => stories.RunAsync(Stories.Prompt, 40, r => Drawn(r, i))));
        Assert.Equal(alone.Tokens, together[7].Tokens);
        Assert.True(together.Select(t => string.Join(' ', t.Tokens)).Distinct().Count() > 4);
    }

    [Fact]
    public async Task An_unloaded_model_tells_those_who_were_still_reading()
    {
        var stories = new Stories();
        var sink = new CollectingSink();
        stories.Generator.Submit(new GenerationRequest(Stories.Prompt, 500, sink));
        await sink.First;
        stories.Dispose();
        var told = await Assert.ThrowsAsync<ModelException>(() => sink.Done);
        Assert.True(told.IsTransient);
    }
}
