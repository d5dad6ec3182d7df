using System.ComponentModel;
using System.Text;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models;

/// <summary>What a test call showed: the answer and its times, or the error.</summary>
public sealed record ModelTestResult
{
    public bool Ok => ErrorCode is null;
    public string? Answer { get; init; }
    public TimeSpan Latency { get; init; }

    /// <summary>Null when the server does not stream.</summary>
    public TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>False for a model of another kind: what follows says nothing of it.</summary>
    public bool Chats { get; init; }

    public bool Streams { get; init; }

    /// <summary>Whether the model called a tool that it was offered.</summary>
    public bool CallsTools { get; init; }

    /// <summary>Whether the model could tell what two pictures show.</summary>
    public bool SeesImages { get; init; }

    /// <summary>Why a model of this process ran on the CPU though it was meant to run elsewhere; null where it ran where it should.</summary>
    public string? OnCpuBecause { get; init; }

    /// <summary>A stable code, see <see cref="ModelErrorCodes"/>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>In words for people; never holds the key.</summary>
    public string? Error { get; init; }
}

/// <summary>Tries a connection out with real calls: one streamed answer, one tool on offer, two pictures.</summary>
public sealed class ModelTester(ModelRegistry registry, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Never throws but for cancellation. <paramref name="connection"/> need not be saved.</summary>
    public async Task<ModelTestResult> TestAsync(ModelConnection connection, CancellationToken cancellation)
    {
        ModelTestResult result = await TryAsync(connection, cancellation);
        return result.Ok ? result with { OnCpuBecause = registry.FallbackOf(connection) } : result;
    }

    private async Task<ModelTestResult> TryAsync(ModelConnection connection, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        try
        {
            if (!connection.Capabilities.HasFlag(ModelCapabilities.Chat))
                return new ModelTestResult { Answer = await KindTrial.RunAsync(registry, connection, cancellation), Latency = _time.GetElapsedTime(start) };
            // A person waits for what the server says now.
            var client = registry.CreateClient(connection with { Options = connection.Options with { Retries = 0 } });
            var result = await AskAsync(client, start, cancellation);
            if (connection.Provider == ModelProviders.Extractive) return result;
            bool takesImages = connection.Provider != ModelProviders.Onnx;
            return result with { CallsTools = await OffersToolsAsync(client, cancellation), SeesImages = takesImages && await SeesImagesAsync(client, cancellation) };
        }
        catch (ModelException e)
        {
            return new ModelTestResult { Latency = _time.GetElapsedTime(start), ErrorCode = e.Code, Error = e.Message };
        }
    }

    private async Task<ModelTestResult> AskAsync(IChatClient client, long start, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        TimeSpan? first = null;
        var pieces = 0;
        var options = new ChatOptions { MaxOutputTokens = 200, Temperature = 0 };
        await foreach (var update in client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Say hello in five words or fewer.")], options, cancellation))
        {
            if (update.Contents.Count > 0) first ??= _time.GetElapsedTime(start);
            if (string.IsNullOrEmpty(update.Text)) continue;
            text.Append(update.Text);
            pieces++;
        }
        var streams = pieces > 1;
        return new ModelTestResult { Chats = true, Answer = text.ToString(), Latency = _time.GetElapsedTime(start), Streams = streams, TimeToFirstToken = streams ? first : null };
    }

    // A server that knows no tools refuses the request or answers in prose; both mean no.
    private static async Task<bool> OffersToolsAsync(IChatClient client, CancellationToken cancellation)
    {
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(CurrentTime, "current_time")], ToolMode = ChatToolMode.Auto, MaxOutputTokens = 500, Temperature = 0 };
        try
        {
            var response = await client.GetResponseAsync([new ChatMessage(ChatRole.User, "What time is it now in Lisbon? Use the tool.")], options, cancellation);
            return response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Any(call => call.Name == "current_time");
        }
        catch (ModelException)
        {
            return false;
        }
    }

    // Two colours in their order are not guessed. A server that knows no pictures refuses them or overlooks them; both mean no.
    private static async Task<bool> SeesImagesAsync(IChatClient client, CancellationToken cancellation)
    {
        DataContent Picture(string png) => new(Convert.FromBase64String(png), "image/png");
        var question = new ChatMessage(ChatRole.User, [new TextContent("Which colour has the first picture, and which the second? Answer with the two colours only."), Picture(Yellow), Picture(Green)]);
        try
        {
            var answer = (await client.GetResponseAsync([question], new ChatOptions { MaxOutputTokens = 500, Temperature = 0 }, cancellation)).Text;
            var first = answer.IndexOf("yellow", StringComparison.OrdinalIgnoreCase);
            return first >= 0 && answer.IndexOf("green", first, StringComparison.OrdinalIgnoreCase) > first;
        }
        catch (ModelException)
        {
            return false;
        }
    }

    // PNG pictures of 32 × 32 pixels in one colour.
    private const string Yellow = "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKUlEQVR42u3NMQ0AAAgDsPnXiBemgoOkSf9mJ6ciEAgEAoFAIBAIvgQFa2tsaq0jSO0AAAAASUVORK5CYII=";
    private const string Green = "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKElEQVR42u3NMQ0AAAgDsMlBMXqngoOkSf8mO7cEAoFAIBAIBALBl6D6EfgfgbnKWQAAAABJRU5ErkJggg==";

    [Description("The current time in a city.")]
    private static string CurrentTime([Description("The city's name.")] string city) => city;
}
