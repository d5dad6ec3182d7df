using System.Runtime.InteropServices;
using System.Text.Json;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.OpenAi;

/// <summary>Vectors and rankings from servers, as the bytes on the wire are.</summary>
public sealed class ServedKindsTests
{
    private const string Key = "Bearer sk-secret-0123456789";

    private static ModelConnection Connection(ScriptedServer server, string provider) =>
        TestModels.Connection(server.Endpoint) with { Provider = provider, Capabilities = ModelProviders.KindOf(provider), Options = new ModelOptions { Retries = 0 } };

    private static async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(ScriptedServer server, params string[] texts)
    {
        using TestModels models = new();
        return await models.Registry.CreateOther<IEmbeddingGenerator<string, Embedding<float>>>(Connection(server, ModelProviders.OpenAiEmbeddings)).GenerateAsync(texts);
    }

    private static async Task<IReadOnlyList<float>> RankAsync(ScriptedServer server, params string[] passages)
    {
        using TestModels models = new();
        return await models.Registry.CreateOther<IReranker>(Connection(server, ModelProviders.Rerank)).ScoreAsync("Who?", passages, CancellationToken.None);
    }

    // A text's vector is its length and its number of words, in whichever form a server writes it.
    private static RequestDelegate Vectors(bool isPacked) => async context =>
    {
        string[] texts = [.. ((JsonElement)context.Items["body"]!).GetProperty("input").EnumerateArray().Select(t => t.GetString()!)];
        object Form(float[] vector) => isPacked ? Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector)) : vector;
        await context.Response.WriteAsJsonAsync(new
        {
            @object = "list",
            model = "test-1",
            data = texts.Select((t, i) => new { @object = "embedding", index = i, embedding = Form([t.Length, t.Split(' ').Length]) }),
            usage = new { prompt_tokens = texts.Length, total_tokens = texts.Length },
        });
    };

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Every_text_gets_its_vector_in_requests_that_small_servers_take(bool isPacked)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Vectors(isPacked));
        string[] texts = [.. Enumerable.Range(1, 70).Select(i => new string('x', i) + (i % 2 == 0 ? " y" : ""))];
        GeneratedEmbeddings<Embedding<float>> made = await EmbedAsync(server, texts);
        Assert.Equal(texts.Select(t => (t.Length, t.Split(' ').Length)), made.Select(e => ((int)e.Vector.Span[0], (int)e.Vector.Span[1])));
        Assert.Equal(70, made.Usage?.InputTokenCount);
        Assert.Equal([32, 32, 6], server.Requests.Select(r => r.Body.GetProperty("input").GetArrayLength()));
        Assert.All(server.Requests, r => Assert.Equal(("/v1/embeddings", Key, "test-1"), (r.Path, r.Authorization, r.Body.GetProperty("model").GetString())));
    }

    [Theory]
    [InlineData("""{"data":[]}"""), InlineData("""{"data":[{"index":0,"embedding":[1,2]}]}"""), InlineData("""{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]}"""), InlineData("""{"data":[{"index":0,"embedding":[1e99]},{"index":1,"embedding":[1]}]}""")]
    [InlineData("""{"data":"none"}"""), InlineData("""<html>sorry</html>"""), InlineData("""{"data":[{"index":0,"embedding":"%%%"},{"index":1,"embedding":"%%%"}]}""")]
    public async Task What_is_not_one_vector_for_each_text_is_an_error_in_words(string answer)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(200, answer));
        ModelException error = await Assert.ThrowsAsync<ModelException>(() => EmbedAsync(server, "one", "two"));
        Assert.Equal(ModelErrorCodes.BadResponse, error.Code);
        Assert.StartsWith("The model 'main' sent an unusable answer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scores_come_in_the_passages_order_whatever_the_servers_order_is()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(200, """{"results":[{"index":1,"relevance_score":0.9},{"index":2,"relevance_score":0.5},{"index":0,"relevance_score":0}],"usage":{"total_tokens":9}}"""));
        Assert.Equal([0, 0.9f, 0.5f], await RankAsync(server, "a", "b", "c"));
        (string path, string? authorization, JsonElement body) = Assert.Single(server.Requests);
        Assert.Equal(("/v1/rerank", Key, "test-1", "Who?"), (path, authorization, body.GetProperty("model").GetString(), body.GetProperty("query").GetString()));
        Assert.Equal(["a", "b", "c"], body.GetProperty("documents").EnumerateArray().Select(d => d.GetString()));
    }

    [Fact]
    public async Task Raw_numbers_of_a_model_become_scores_from_0_to_1_in_the_same_order()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(200, """{"results":[{"index":0,"relevance_score":-4},{"index":1,"relevance_score":0},{"index":2,"relevance_score":6.5}]}"""));
        IReadOnlyList<float> scores = await RankAsync(server, "a", "b", "c");
        Assert.All(scores, s => Assert.InRange(s, 0, 1));
        Assert.True(scores[0] < scores[1] && scores[1] < scores[2], string.Join(' ', scores));
    }

    [Theory]
    [InlineData("""{"results":[{"index":0,"relevance_score":1}]}"""), InlineData("""{"results":[{"index":0,"relevance_score":1},{"index":0,"relevance_score":1}]}""")]
    [InlineData("""{"results":[{"index":0,"relevance_score":1},{"index":2,"relevance_score":1}]}"""), InlineData("""{"results":[{"index":-1,"relevance_score":1},{"index":1,"relevance_score":1}]}""")]
    [InlineData("""{"results":[{"index":0,"relevance_score":"high"},{"index":1,"relevance_score":1}]}"""), InlineData("""{"results":[{"index":0,"relevance_score":1e99},{"index":1,"relevance_score":1}]}""")]
    [InlineData("""{"results":{}}"""), InlineData("""{"results":[1,2]}"""), InlineData("[]"), InlineData("null"), InlineData("no")]
    public async Task A_ranking_of_other_passages_is_an_error_in_words(string answer)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(200, answer));
        ModelException error = await Assert.ThrowsAsync<ModelException>(() => RankAsync(server, "a", "b"));
        Assert.Equal(ModelErrorCodes.BadResponse, error.Code);
    }

    [Fact]
    public async Task No_passages_ask_nobody()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(500, "{}"));
        Assert.Empty(await RankAsync(server));
        Assert.Empty(await EmbedAsync(server));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(ModelProviders.OpenAiEmbeddings), InlineData(ModelProviders.Rerank)]
    public async Task A_refused_key_and_a_wrong_kind_are_said_and_the_key_never_shown(string provider)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(401, """{"error":{"message":"Wrong key sk-secret-0123456789."}}"""));
        using TestModels models = new();
        ModelConnection connection = Connection(server, provider);
        ModelTestResult tested = await models.Tester.TestAsync(connection, CancellationToken.None);
        Assert.Equal(ModelErrorCodes.Key, tested.ErrorCode);
        Assert.DoesNotContain("sk-secret", tested.Error, StringComparison.Ordinal);
        Assert.Equal(ModelErrorCodes.Refused, Assert.Throws<ModelException>(() => models.Registry.CreateClient(connection)).Code);
        Assert.Equal(ModelErrorCodes.Refused, Assert.Throws<ModelException>(() => models.Registry.CreateOther<IImageReader>(connection)).Code);
    }

    [Fact]
    public async Task A_server_in_the_own_network_is_asked_only_where_that_is_allowed()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Vectors(false));
        using TestModels models = new();
        foreach (string provider in (string[])[ModelProviders.OpenAiEmbeddings, ModelProviders.Rerank])
            Assert.Contains("loopback", (await models.Tester.TestAsync(Connection(server, provider) with { AllowPrivateNetwork = false }, CancellationToken.None)).Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }
}
