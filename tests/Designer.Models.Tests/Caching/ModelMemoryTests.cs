using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Designer.Models.Caching;
using Designer.Models.Connections;
using Designer.Models.Metering;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Tests.Metering;
using Designer.Models.Tests.Onnx;
using Designer.Models.Tests.OpenAi;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Models.Tests.Caching;

/// <summary>Models that remember: what is kept, for whom, and what the cache gets to see.</summary>
public sealed class ModelMemoryTests
{
    private static readonly ChatMessage[] s_question = [new(ChatRole.User, "How many days can I carry over?")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_question_gets_the_same_answer_once_asked_and_at_no_cost(bool isStreamed)
    {
        await using var server = await ScriptedServer.StartAsync(isStreamed ? Scenes.Stream(["Five", " days."]) : Scenes.Answer(Scenes.Text("Five days.")));
        var cache = new MemoryCache();
        using var models = Models(cache);
        var model = await ModelAsync(models, server);
        var first = await AskAsync(model, s_question, isStreamed);
        Assert.Null(first.AdditionalProperties?.GetValueOrDefault(ChatModel.FromCache));

        var second = await AskAsync(model, s_question, isStreamed);

        Assert.Equal(("Five days.", "Five days."), (first.Text, second.Text));
        Assert.Equal((true, 0L, 0L), (second.AdditionalProperties?[ChatModel.FromCache], second.Usage!.InputTokenCount, second.Usage.OutputTokenCount));
        Assert.Single(server.Requests);
        Assert.Equal(TimeSpan.FromMinutes(10), cache.Time);
    }

    [Fact]
    public async Task Other_messages_options_tools_connections_and_workspaces_are_other_questions()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(Scenes.Text("Yes.")));
        using var models = Models(new MemoryCache());
        var model = await ModelAsync(models, server);
        await AskAsync(model, s_question);
        await AskAsync(model, [new(ChatRole.System, "Be brief."), .. s_question]);
        await AskAsync(model, [new(ChatRole.User, [new TextContent(s_question[0].Text), new DataContent(new byte[] { 1, 2 }, "image/png")])]);
        await AskAsync(model, s_question, options: new ChatOptions { Temperature = 0 });
        await AskAsync(model, s_question, options: new ChatOptions { Tools = [AIFunctionFactory.Create(() => "now", "clock")] });
        await AskAsync(model, s_question, options: new ChatOptions { Tools = [AIFunctionFactory.Create(() => "now", "calendar")] });
        await AskAsync(await ModelAsync(models, server), s_question);
        await AskAsync(await ModelAsync(models, server, TestModels.Connection(server.Endpoint) with { Id = Guid.NewGuid(), WorkspaceId = Guid.NewGuid() }), s_question);
        Assert.Equal(8, server.Requests.Count);
    }

    [Fact]
    public async Task A_tool_call_a_cut_answer_and_a_failure_are_not_kept()
    {
        var cache = new MemoryCache();
        using var models = Models(cache);
        foreach (var scene in new[]
        {
            Scenes.Answer("""{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"clock","arguments":"{}"}}]}""", "tool_calls"),
            Scenes.Answer(Scenes.Text("An answer without an"), "length"),
            Scenes.Status(400, "{}"),
        })
        {
            await using var server = await ScriptedServer.StartAsync(scene);
            var model = await ModelAsync(models, server);
            for (var i = 0; i < 2; i++) await Record.ExceptionAsync(() => AskAsync(model, s_question));
            Assert.Equal(2, server.Requests.Count);
        }
        Assert.Empty(cache.Values);
    }

    [Fact]
    public async Task What_a_fallback_said_is_not_kept_as_the_first_models_answer()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(Scenes.Text("I help.")));
        var cache = new MemoryCache();
        using var models = Models(cache);
        await models.Store.SaveAsync(TestModels.Connection(server.Endpoint) with { Id = Guid.NewGuid(), Name = "other" }, default);
        var model = await ModelAsync(models, server, TestModels.Connection(new Uri("http://127.0.0.1:1/v1")) with { Options = new ModelOptions { Fallback = "other", Retries = 0 } });
        Assert.Equal("I help.", (await AskAsync(model, s_question)).Text);
        Assert.Empty(cache.Values);
    }

    [Fact]
    public async Task The_cache_sees_neither_question_nor_answer_and_cannot_swap_answers()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(Scenes.Text("A secret answer.")));
        var cache = new MemoryCache();
        using var models = Models(cache);
        var model = await ModelAsync(models, server);
        await AskAsync(model, s_question);
        Assert.All(cache.Values, kept => Assert.DoesNotContain("secret", kept.Key.Key + Encoding.UTF8.GetString(kept.Value), StringComparison.OrdinalIgnoreCase));

        await AskAsync(model, [new(ChatRole.User, "Another question")]);
        var (one, two) = (cache.Values.First(), cache.Values.Last());
        (cache.Values[one.Key], cache.Values[two.Key]) = (two.Value, one.Value);
        Assert.Null((await AskAsync(model, s_question)).AdditionalProperties?.GetValueOrDefault(ChatModel.FromCache));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_cache_that_fails_and_values_that_cannot_be_read_are_misses()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(Scenes.Text("Yes.")));
        var cache = new MemoryCache();
        using var models = Models(cache);
        var model = await ModelAsync(models, server);
        await AskAsync(model, s_question);
        foreach (var key in cache.Values.Keys) cache.Values[key] = Encoding.UTF8.GetBytes("of lost keys");
        Assert.Equal("Yes.", (await AskAsync(model, s_question)).Text);
        cache.IsGone = true;
        Assert.Equal("Yes.", (await AskAsync(model, s_question)).Text);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_texts_vector_is_computed_once_for_each_workspace_purpose_and_state_of_the_files()
    {
        var home = Directory.CreateTempSubdirectory("designer-vectors-").FullName;
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(home, "use")).FullName;
            foreach (var file in Directory.EnumerateFiles(Repository.Model("use-lite-en"))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            var cache = new MemoryCache();
            var settings = new OnnxSettings { Threads = 1 };
            using var models = new TestModels(configure: s => s.AddSingleton<IModelCache>(cache).AddSingleton(settings).AddSingleton(new ModelPaths(home, settings)));
            var connection = OnnxRegistry.Connection("use");
            var first = await EmbedAsync(models, connection, "a cat", "a dog", "a cat");
            Assert.Equal(2, cache.Values.Count);
            Assert.Equal(first[0].Vector.ToArray(), first[2].Vector.ToArray());

            var again = await EmbedAsync(models, connection, "a dog", "a cat");
            Assert.Equal(true, again.AdditionalProperties?[ChatModel.FromCache]);
            Assert.Equal(first[1].Vector.ToArray(), again[0].Vector.ToArray());
            Assert.Equal(first[0].Vector.ToArray(), again[1].Vector.ToArray());
            Assert.Equal(0, again.Usage!.InputTokenCount);

            Assert.Null((await EmbedAsync(models, connection, "a dog", "a horse")).AdditionalProperties);
            Assert.Equal(3, cache.Values.Count);
            Assert.Null((await EmbedAsync(models, connection with { WorkspaceId = Guid.NewGuid() }, "a dog")).AdditionalProperties);
            await File.AppendAllTextAsync(Path.Combine(folder, "note.txt"), "Other files.");
            Assert.Null((await EmbedAsync(models, connection, "a dog")).AdditionalProperties);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task What_comes_from_the_cache_is_a_span_that_says_so_and_counts_no_tokens()
    {
        var name = $"known-{Guid.NewGuid():N}";
        using var spans = new HeardSpans();
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(Scenes.Text("Five days.")));
        var settings = new OnnxSettings { Threads = 1 };
        using var models = new TestModels(configure: s => s.AddSingleton<IModelCache>(new MemoryCache()).AddSingleton(settings).AddSingleton(new ModelPaths(Path.GetDirectoryName(Repository.Model("use-lite-en"))!, settings)));
        var model = await ModelAsync(models, server, TestModels.Connection(server.Endpoint) with { Name = name, InputPrice = 5, OutputPrice = 5 });
        for (var i = 0; i < 3; i++) await AskAsync(model, s_question, isStreamed: i == 2);
        var embedder = OnnxRegistry.Connection("use-lite-en", name);
        await EmbedAsync(models, embedder, "a cat");
        await EmbedAsync(models, embedder, "a cat", "a dog");
        await EmbedAsync(models, embedder, "a cat", "a dog");

        Activity[] own = spans.Of(name);
        Activity[] known = [.. own.Where(s => s.GetTagItem("designer.from_cache") is not null)];
        // What is missing among the texts is a call of its own, behind the span of those that are known.
        Assert.Equal(["chat", "chat", "chat", "embeddings", "embeddings", "embeddings", "embeddings"], own.Select(s => s.GetTagItem("gen_ai.operation.name")));
        Assert.Equal([own[1], own[2], own[4], own[6]], known);
        Assert.NotNull(own[0].GetTagItem("gen_ai.usage.input_tokens"));
        Assert.All(known, span =>
        {
            Assert.Equal((true, 0d), (span.GetTagItem("designer.from_cache"), span.GetTagItem("designer.cost")));
            Assert.DoesNotContain(span.TagObjects, tag => tag.Key.StartsWith("gen_ai.usage.", StringComparison.Ordinal) || $"{tag.Value}".Contains("cat", StringComparison.Ordinal));
        });
        Assert.Equal(("chat test-1", "openai", "test-1"), (known[0].DisplayName, known[0].GetTagItem("gen_ai.provider.name"), known[0].GetTagItem("gen_ai.request.model")));
        Assert.Equal(("embeddings use-lite-en", "onnxruntime"), (known[2].DisplayName, known[2].GetTagItem("gen_ai.provider.name")));
        Assert.Equal([1, 2], known[2..].Select(s => s.GetTagItem("designer.known_texts")));
    }

    private static TestModels Models(IModelCache cache) => new(configure: services => services.AddSingleton(cache));

    private static async Task<ChatModel> ModelAsync(TestModels models, ScriptedServer server, ModelConnection? connection = null)
    {
        var saved = await models.Store.SaveAsync(connection ?? TestModels.Connection(server.Endpoint), default);
        return (await models.Registry.ResolveChatAsync(saved.WorkspaceId, saved.Name, default)).Remembering(TimeSpan.FromMinutes(10));
    }

    private static Task<ChatResponse> AskAsync(ChatModel model, IEnumerable<ChatMessage> messages, bool isStreamed = false, ChatOptions? options = null) => isStreamed
        ? model.Client.GetStreamingResponseAsync(messages, options).ToChatResponseAsync()
        : model.Client.GetResponseAsync(messages, options);

    private static Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(TestModels models, ModelConnection connection, params string[] texts) =>
        models.Registry.CreateOther<IEmbeddingGenerator<string, Embedding<float>>>(connection).GenerateAsync(texts);

    private sealed class MemoryCache : IModelCache
    {
        public ConcurrentDictionary<(Guid Workspace, string Key), byte[]> Values { get; } = new();
        public bool IsGone { get; set; }
        public TimeSpan Time { get; private set; }

        public ValueTask<byte[]?[]> FindAsync(Guid workspaceId, IReadOnlyList<string> keys, CancellationToken cancellation) => IsGone
            ? throw new IOException("gone")
            : ValueTask.FromResult<byte[]?[]>([.. keys.Select(key => Values.GetValueOrDefault((workspaceId, key)))]);

        public ValueTask KeepAsync(Guid workspaceId, IReadOnlyList<(string Key, byte[] Value)> values, TimeSpan time, CancellationToken cancellation)
        {
            if (IsGone) throw new IOException("gone");
            foreach (var (key, value) in values) Values[(workspaceId, key)] = value;
            Time = time;
            return ValueTask.CompletedTask;
        }
    }
}
