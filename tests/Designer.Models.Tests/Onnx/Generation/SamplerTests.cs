using Designer.Models.Onnx.Generation;

namespace Designer.Models.Tests.Onnx.Generation;

public class SamplerTests
{
    // Probabilities 0.5, 0.25, 0.15, 0.1 at temperature 1.
    private static readonly float[] s_logits = [MathF.Log(0.1f), MathF.Log(0.5f), MathF.Log(0.15f), MathF.Log(0.25f)];

    private static HashSet<int> Drawn(Sampling sampling, int times = 400)
    {
        var room = new SamplingRoom(4);
        return [.. Enumerable.Range(0, times).Select(i => new Sampler(sampling with { Seed = i }, []).Next([.. s_logits], room))];
    }

    [Fact]
    public void Without_temperature_the_likeliest_is_taken() => Assert.Equal([1], Drawn(Sampling.Greedy));

    [Fact]
    public void All_may_come_without_limits() => Assert.Equal([0, 1, 2, 3], Drawn(new Sampling { Temperature = 1 }).Order());

    [Fact]
    public void Top_k_keeps_the_likeliest() => Assert.Equal([1, 3], Drawn(new Sampling { Temperature = 1, TopK = 2 }).Order());

    [Theory]
    [InlineData(0.5f, new[] { 1 })]
    [InlineData(0.7f, new[] { 1, 3 })]
    [InlineData(0.85f, new[] { 1, 2, 3 })]
    public void Top_p_keeps_those_that_reach_it_together(float topP, int[] expected) => Assert.Equal(expected, Drawn(new Sampling { Temperature = 1, TopP = topP }).Order());

    [Theory]
    [InlineData(0.6f, new[] { 1 })]
    [InlineData(0.4f, new[] { 1, 3 })]
    [InlineData(0.25f, new[] { 1, 2, 3 })]
    public void Min_p_keeps_those_near_the_likeliest(float minP, int[] expected) => Assert.Equal(expected, Drawn(new Sampling { Temperature = 1, MinP = minP }).Order());

    [Fact]
    public void Draws_follow_the_chances()
    {
        var room = new SamplingRoom(4);
        var counts = new int[4];
        var sampler = new Sampler(new Sampling { Temperature = 1, Seed = 1 }, []);
        for (var i = 0; i < 20_000; i++) counts[sampler.Next([.. s_logits], room)]++;
        Assert.InRange(counts[1], 9_600, 10_400);
        Assert.InRange(counts[0], 1_800, 2_200);
    }

    [Fact]
    public void A_high_temperature_evens_the_chances_out_and_a_low_one_sharpens_them()
    {
        Assert.Equal([1], Drawn(new Sampling { Temperature = 0.05f }));
        Assert.Equal(4, Drawn(new Sampling { Temperature = 5 }).Count);
    }

    [Fact]
    public void The_repetition_penalty_holds_for_the_prompt_and_the_others_for_the_answer_only()
    {
        var room = new SamplingRoom(3);
        Assert.Equal(1, new Sampler(new Sampling { RepetitionPenalty = 2 }, [0]).Next([1.9f, 1f, -1f], room));
        Assert.Equal(1, new Sampler(new Sampling { RepetitionPenalty = 2 }, [0]).Next([-0.9f, -1f, -2f], room));
        var presence = new Sampler(new Sampling { PresencePenalty = 1 }, [0]);
        Assert.Equal([0, 1, 0], Enumerable.Range(0, 3).Select(_ => presence.Next([1.5f, 1f, 0f], room)));
        var frequency = new Sampler(new Sampling { FrequencyPenalty = 0.4f }, []);
        Assert.Equal([0, 0, 1, 0], Enumerable.Range(0, 4).Select(_ => frequency.Next([1.5f, 1f, 0f], room)));
    }

    [Fact]
    public void Masked_tokens_are_never_drawn()
    {
        var room = new SamplingRoom(3);
        for (var seed = 0; seed < 100; seed++)
            Assert.Equal(1, new Sampler(new Sampling { Temperature = 2, Seed = seed }, []).Next([float.NegativeInfinity, 0.1f, float.NegativeInfinity], room));
    }

    [Theory]
    [InlineData(float.NaN, "NaN or infinite")]
    [InlineData(float.PositiveInfinity, "NaN or infinite")]
    [InlineData(float.NegativeInfinity, "fits the schema")]
    public void Numbers_that_are_none_are_an_error_and_no_token(float number, string words)
    {
        foreach (var temperature in new[] { 0f, 1f })
        {
            var sampler = new Sampler(new Sampling { Temperature = temperature, TopP = 0.9f, Seed = 1 }, []);
            Assert.Contains(words, Assert.Throws<ModelException>(() => sampler.Next([number, number, number, number], new SamplingRoom(4))).Message);
        }
    }

    [Fact]
    public void The_likeliest_is_always_left()
    {
        Assert.Equal([1], Drawn(new Sampling { Temperature = 1, MinP = 7 }));
        Assert.Equal([1], Drawn(new Sampling { Temperature = 1e-40f }));
        Assert.Equal([1], Drawn(new Sampling { Temperature = float.NaN }));
        Assert.Equal([1], Drawn(new Sampling { Temperature = 1, TopP = 0, TopK = 3 }));
    }
}
