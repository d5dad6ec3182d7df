using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Nodes.Tools;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Models;

[Node("model.chat", NodeGroup.Models, Name = "Chat model", Icon = "sparkles", Summary = "{model}", Effect = true,
    Example = "Write a friendly reply to {{ start.question }}.",
    Description = "Sends messages to a model and takes its answer, word by word. Marks such as [1] in it become citations of the sources that the messages held.")]
public sealed class ChatNode(IChatModels models, GuardedHttp http) : Node<ChatNode.Settings, ChatNode.Outputs>
{
    public enum Role { System, User, Assistant }

    public sealed record Settings(
        [property: Setting("Model", Slot = "model", Required = true)] string Model,
        [property: Setting("Messages", Template = true, Required = true, Help = "System says how to answer, user asks. Write sources with {{ search.chunks | context }}.")]
        IReadOnlyList<Row> Messages,
        [property: Setting("Earlier messages", Min = 0, Max = 200, Help = "How many messages of the conversation go along, the latest ones; 0 for none.")] int History = 0,
        [property: Setting("Temperature", Min = 0, Max = 2, Widget = Widget.Slider, Help = "0: always the likeliest word. Empty: the model's own default.")] double? Temperature = null,
        [property: Setting("Top-p", Min = 0, Max = 1, Widget = Widget.Slider, Help = "Only the likeliest words that together reach this share. Empty: the model's own default.")] double? TopP = null,
        [property: Setting("Longest answer", Min = 1, Max = 1_000_000, Help = "In tokens.")] int MaxTokens = 2048,
        [property: Setting("Seed", Help = "Some models repeat an answer for the same seed.")] long? Seed = null,
        [property: Setting("Stop at", Help = "Texts that end the answer.")] IReadOnlyList<string>? Stop = null,
        [property: Setting("Images", Widget = Widget.Reference, Help = "Pictures for a model that sees: a file, a web address or a list of them, e.g. {{ start.photo }}. They go with the last message of the user.")] object? Images = null,
        [property: Setting("Remember answers", Min = 0, Max = 43_200, Help = "For how many minutes the same question gets the same answer without asking the model again, at no cost. 0: never.")] int RememberMinutes = 0,
        [property: Setting("Top-k", Min = 1, Max = 100_000, Help = "Only so many of the likeliest words. Empty: the model's own default.")] int? TopK = null,
        [property: Setting("Min-p", Min = 0, Max = 1, Help = "Only words at least this share as likely as the likeliest. For models in this process and servers of open models.")] double? MinP = null,
        [property: Setting("Repetition penalty", Min = 0.1, Max = 10, Help = "Above 1: what was said already becomes less likely. For models in this process and servers of open models.")] double? RepetitionPenalty = null,
        [property: Setting("Adapter", Template = true, Help = "The LoRA adapter of a model in this process: its file's name without .onnx_adapter. Empty: none.")] string? Adapter = null);

    public sealed record Row(
        [property: Setting("Role")] Role Role,
        [property: Setting("Text", Template = true, Widget = Widget.TextArea)] string Text);

    /// <param name="FinishReason"><c>stop</c>, or <c>length</c> where the answer was cut.</param>
    /// <param name="FirstTokenMs">Milliseconds from the call to the first word.</param>
    public sealed record Outputs(
        [property: Output("Text")] string Text,
        [property: Output("Citations", Type = "array<object>")] IReadOnlyList<Citation> Citations,
        [property: Output("Finish reason")] string FinishReason,
        [property: Output("Model")] string Model,
        [property: Output("Input tokens")] long InputTokens,
        [property: Output("Output tokens")] long OutputTokens,
        [property: Output("Time to first token (ms)")] double? FirstTokenMs);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        ChatModel model = await ModelCall.ResolveAsync(models, settings.Model, step).ConfigureAwait(false);
        List<ChatMessage> messages = Messages(settings, step.Conversation);
        SentImages.AddTo(messages, await SentImages.ReadAsync(settings.Images, model, http, step).ConfigureAwait(false));
        if (messages.Count == 0) throw new StepException("model.noMessages", $"There is no text to send to the model.");
        ChatOptions options = new()
        {
            Temperature = (float?)settings.Temperature,
            TopP = (float?)settings.TopP,
            MaxOutputTokens = settings.MaxTokens,
            Seed = settings.Seed,
            StopSequences = settings.Stop is { Count: > 0 } ? [.. settings.Stop] : null,
            TopK = settings.TopK,
            AdditionalProperties = Extras(settings, model),
        };
        if (settings.RememberMinutes > 0) model = model.Remembering(TimeSpan.FromMinutes(settings.RememberMinutes));
        ModelReply reply = await ModelCall.RunAsync(model, messages, options, step, step.EmitToken).ConfigureAwait(false);
        return StepResult.Done(new Outputs(
            reply.Text, SentSources.Read(messages).Cite(reply.Text), reply.FinishReason, model.Connection.Model, reply.Usage.InputTokens, reply.Usage.OutputTokens, reply.FirstTokenMs));
    }

    private static AdditionalPropertiesDictionary? Extras(Settings settings, ChatModel model)
    {
        AdditionalPropertiesDictionary extras = [];
        if (settings.MinP is { } least) extras[CallOptions.MinP] = (float)least;
        if (settings.RepetitionPenalty is { } penalty) extras[CallOptions.RepetitionPenalty] = (float)penalty;
        if (settings.Adapter?.Trim() is { Length: > 0 } adapter)
        {
            if (model.Connection.Provider != ModelProviders.Onnx)
                throw new StepException("model.noAdapter", $"The model “{model.Connection.Name}” takes no LoRA adapter from here: only models that run in this process do.");
            extras[CallOptions.Adapter] = adapter;
        }
        return extras.Count > 0 ? extras : null;
    }

    // The conversation's past stands after the instructions and before what is asked now.
    private static List<ChatMessage> Messages(Settings settings, Conversation? conversation)
    {
        List<ChatMessage> messages = [];
        bool hasHistory = settings.History == 0;
        foreach (Row row in settings.Messages)
        {
            if (!hasHistory && row.Role != Role.System)
            {
                messages.AddRange(ModelCall.History(conversation, settings.History));
                hasHistory = true;
            }
            if (string.IsNullOrWhiteSpace(row.Text)) continue;
            messages.Add(new ChatMessage(row.Role switch { Role.System => ChatRole.System, Role.User => ChatRole.User, _ => ChatRole.Assistant }, row.Text));
        }
        return messages;
    }
}
