using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Metering;

namespace Designer.Nodes.Models;

/// <summary>One call of a model that does something else than chat, as every node makes it: budget, usage, trace, and failures as step errors.</summary>
internal static class KindCall
{
    private const int MostTexts = 10_000;

    public static async ValueTask<ModelConnection> FindAsync(IModels models, string name, StepContext step)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new StepException("model.unbound", $"No model is chosen for this node. Bind its slot to a model.");
        try
        {
            return await models.FindAsync(step.WorkspaceId, name, step.Cancellation).ConfigureAwait(false);
        }
        catch (ModelException error)
        {
            throw ModelCall.InWords(error);
        }
    }

    /// <summary>The texts of a setting that takes one text or a list; of passages what stands in them.</summary>
    /// <param name="code">Of the error where there is none.</param>
    public static IReadOnlyList<string> Texts(object? value, string code)
    {
        string[] texts = [.. (FlowValue.IsList(value) ? FlowValue.Items(value) : [value]).Select(TextOf)];
        if (texts.Length == 0 || texts.All(string.IsNullOrWhiteSpace)) throw new StepException(code, $"There is no text for the model. Take a text or a list of texts or passages, e.g. {{{{ search.chunks }}}}.");
        return texts.Length <= MostTexts ? texts : throw new StepException("model.tooManyTexts", $"{texts.Length:N0} texts are too many for one call; {MostTexts:N0} are the most.");
    }

    /// <param name="tokens">What goes in, at most; what is billed where the model counts nothing itself.</param>
    /// <param name="counted">How many tokens the model says it read.</param>
    /// <param name="known">Whether the model was not asked, because all was known.</param>
    public static async ValueTask<TResult> RunAsync<TModel, TResult>(
        IModels models, ModelConnection connection, long tokens, StepContext step, Func<TModel, Task<TResult>> work, Func<TResult, long?>? counted = null, Func<TResult, bool>? known = null) where TModel : class
    {
        Reservation reservation = step.Budget.Reserve(tokens, connection.Cost(tokens, 0) ?? 0);
        Usage usage = new(ModelCalls: 1);
        Answering answering = new(models, connection, step);
        CallTrace? trace = null;
        long start = step.Clock.GetTimestamp();
        CallMeter meter = CallMeter.Begin();
        try
        {
            TResult result = await AnsweredAsync(answering, model => work(models.CreateOther<TModel>(model))).ConfigureAwait(false);
            long read = counted?.Invoke(result) ?? tokens;
            decimal? cost = answering.By.Cost(read, 0);
            bool isKnown = known?.Invoke(result) == true;
            usage = new Usage(read, 0, cost ?? 0, isKnown ? 0 : 1);
            trace = Trace(null) with { InputTokens = read, Cost = cost, FromCache = isKnown ? true : null };
            return result;
        }
        catch (ModelException error)
        {
            trace = Trace(error.Message);
            throw ModelCall.InWords(error);
        }
        finally
        {
            reservation.Settle(usage);
            step.Report(usage, trace);
        }

        CallTrace Trace(string? error) => answering.Sign(new CallTrace(connection.Name, step.Clock.GetElapsedTime(start).TotalMilliseconds, LoadMs: meter.Load.TotalMilliseconds, Error: error));
    }

    private static async ValueTask<TResult> AnsweredAsync<TResult>(Answering answering, Func<ModelConnection, Task<TResult>> work)
    {
        while (true)
        {
            try
            {
                return await work(answering.By).ConfigureAwait(false);
            }
            catch (ModelException failed)
            {
                if (!await answering.PassOnAsync(failed).ConfigureAwait(false)) throw;
            }
        }
    }

    private static string TextOf(object? value) => FlowValue.IsObject(value) && FlowValue.TryGetMember(value, "text", out object? text) ? FlowValue.ToText(text) : FlowValue.ToText(value);
}
