using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Web.Features.Models.Playground;

/// <summary>Asks one model what a column of the playground asks, and fills the answer while it comes.</summary>
public sealed class PlaygroundCalls(IChatModels models, FlowFiles files, TimeProvider time)
{
    private const long MostImageBytes = 20 * 1024 * 1024;

    /// <summary>Ends with the answer; what goes wrong stands in it. The answer is touched between awaits only, so the caller's context owns it.</summary>
    public async Task FillAsync(Guid workspaceId, string system, Talk talk, Column column, Answer answer, CancellationToken stop)
    {
        long start = time.GetTimestamp();
        try
        {
            ChatModel model = await models.ResolveChatAsync(workspaceId, column.Model, stop);
            List<ChatMessage> messages = await MessagesAsync(workspaceId, system, talk, column, model, stop);
            await ReadAsync(model, messages, OptionsOf(column), answer, start, stop);
            answer.State = AnswerState.Done;
            if (!answer.HasText) answer.Fail(L["The model answered without a word."]);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            answer.Stop();
        }
        catch (StepException refused)
        {
            answer.Fail(L.Of(refused));
        }
        answer.TotalMs = time.GetElapsedTime(start).TotalMilliseconds;
    }

    private async Task ReadAsync(ChatModel model, List<ChatMessage> messages, ChatOptions options, Answer answer, long start, CancellationToken stop)
    {
        ModelConnection answering = model.Connection;
        UsageDetails used = new();
        await foreach (ChatResponseUpdate update in model.Client.GetStreamingResponseAsync(messages, options, stop))
        {
            if (update.Contents.Count > 0) answer.FirstTokenMs ??= time.GetElapsedTime(start).TotalMilliseconds;
            answer.IsCut |= update.FinishReason == ChatFinishReason.Length;
            if (update.AdditionalProperties?.GetValueOrDefault(ChatModel.AnsweredBy) is ModelConnection other) (answering, answer.AnsweredBy) = (other, other.Name);
            foreach (AIContent content in update.Contents)
            {
                if (content is TextContent { Text: { Length: > 0 } text }) answer.Add(text);
                else if (content is UsageContent usage) used.Add(usage.Details);
            }
            answer.TotalMs = time.GetElapsedTime(start).TotalMilliseconds;
        }
        (answer.InputTokens, answer.OutputTokens) = (used.InputTokenCount, used.OutputTokenCount);
        if (used.InputTokenCount is { } input && used.OutputTokenCount is { } output) answer.Cost = answering.Cost(input, output, used);
    }

    private static ChatOptions OptionsOf(Column column) => new()
    {
        Temperature = (float?)column.Temperature,
        TopP = (float?)column.TopP,
        MaxOutputTokens = column.MaxTokens ?? Column.UsualMaxTokens,
        Seed = column.Seed,
    };

    // Turns that this column has not answered are left out: a model must not see two questions in a row.
    private async Task<List<ChatMessage>> MessagesAsync(Guid workspaceId, string system, Talk talk, Column column, ChatModel model, CancellationToken stop)
    {
        List<ChatMessage> messages = [];
        if (!string.IsNullOrWhiteSpace(system)) messages.Add(new ChatMessage(ChatRole.System, system));
        int last = talk.Turns.Count - 1;
        for (int turn = 0; turn <= last; turn++)
        {
            string? said = turn == last ? null : column.At(turn) is { State: not AnswerState.Failed, HasText: true } earlier ? earlier.Text : "";
            if (said == "") continue;
            messages.Add(await AskedAsync(workspaceId, talk.Turns[turn], model, stop));
            if (said is not null) messages.Add(new ChatMessage(ChatRole.Assistant, said));
        }
        return messages;
    }

    private async Task<ChatMessage> AskedAsync(Guid workspaceId, Asked asked, ChatModel model, CancellationToken stop)
    {
        ChatMessage message = new(ChatRole.User, asked.Text.Length > 0 ? [new TextContent(asked.Text)] : []);
        if (asked.Images.Count > 0 && !model.SupportsVision) throw new ModelException(ModelErrorCodes.Refused, L["This model does not see images."]);
        long bytes = 0;
        foreach (FileRef named in asked.Images)
        {
            if (await files.OpenAsync(workspaceId, named.Id, named.Name, stop) is not { } opened) throw new ModelException(ModelErrorCodes.Refused, L["The image “{0}” is no longer here. Attach it again.", named.Name]);
            await using Stream content = opened.Content;
            if ((bytes += opened.File.Size) > MostImageBytes) throw new ModelException(ModelErrorCodes.Refused, L["The images are too large together."]);
            byte[] image = new byte[opened.File.Size];
            await content.ReadExactlyAsync(image, stop);
            message.Contents.Add(new DataContent(image, opened.File.MediaType));
        }
        return message;
    }
}
