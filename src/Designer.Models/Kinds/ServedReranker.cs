using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.OpenAi;

namespace Designer.Models.Kinds;

/// <summary>Scores by the interface that Jina, vLLM, llama.cpp and others share: <c>POST /rerank</c> with a query and documents, answered by an index and a
/// relevance score for each.</summary>
internal sealed class ServedReranker : IReranker
{
    private readonly Uri _address;
    private readonly string _model;
    private readonly string? _key;
    private readonly ModelErrors _errors;
    private readonly HttpClient _client;
    private readonly SemaphoreSlim? _places;

    public ServedReranker(ModelConnection connection, string? key, ModelHttp http)
    {
        Uri server = OpenAiChatClients.BaseAddress(connection.Endpoint);
        (_model, _key, _address) = (connection.Model, key, new UriBuilder(server) { Path = server.AbsolutePath.TrimEnd('/') + "/rerank" }.Uri);
        _errors = new ModelErrors(connection, key, server);
        _client = http.Create(connection, _errors);
        _places = connection.Options.MaxConcurrent is { } most ? new SemaphoreSlim(most, most) : null;
    }

    public async Task<IReadOnlyList<float>> ScoreAsync(string query, IReadOnlyList<string> passages, CancellationToken cancellation)
    {
        if (passages.Count == 0) return [];
        if (_places is not null) await _places.WaitAsync(cancellation);
        try
        {
            JsonObject body = new() { ["model"] = _model, ["query"] = query, ["documents"] = new JsonArray([.. passages.Select(p => (JsonNode)p)]), ["top_n"] = passages.Count, ["return_documents"] = false };
            using HttpRequestMessage request = new(HttpMethod.Post, _address) { Content = JsonContent.Create(body) };
            if (_key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
            using HttpResponseMessage response = await _client.SendAsync(request, cancellation);
            return Read(await response.Content.ReadFromJsonAsync<JsonElement>(cancellation), passages.Count);
        }
        catch (Exception e) when (e is not ModelException && !(e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            throw _errors.Map(e);
        }
        finally
        {
            _places?.Release();
        }
    }

    private float[] Read(JsonElement answer, int count)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("results", out JsonElement results) || results.ValueKind != JsonValueKind.Array) throw _errors.Bad("it is no ranking");
        float[] scores = new float[count];
        bool[] isScored = new bool[count];
        foreach (JsonElement result in results.EnumerateArray())
        {
            if (result.ValueKind != JsonValueKind.Object || !result.TryGetProperty("index", out JsonElement index) || index.ValueKind != JsonValueKind.Number || !index.TryGetInt32(out int i) || i < 0 || i >= count || isScored[i]
                || !result.TryGetProperty("relevance_score", out JsonElement score) || score.ValueKind != JsonValueKind.Number || !score.TryGetSingle(out float value) || !float.IsFinite(value))
                throw _errors.Bad("it is no ranking of these passages");
            (scores[i], isScored[i]) = (value, true);
        }
        if (isScored.Contains(false)) throw _errors.Bad("it leaves passages out");
        // llama.cpp gives the model's raw numbers, which the logistic function turns into the others' scale. Either way the order stays.
        return scores.Any(s => s is < 0 or > 1) ? [.. scores.Select(s => 1 / (1 + MathF.Exp(-s)))] : scores;
    }
}
