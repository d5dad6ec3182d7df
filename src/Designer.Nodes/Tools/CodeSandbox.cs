using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Designer.Nodes.Tools;

/// <summary>
/// Runs JavaScript of whoever wrote the flow, so everybody is an attacker here. Each run has an engine of its own, without CLR access and
/// without compiling text; limits hold by statements, time, memory, recursion and sizes (see <see cref="CodeLimits"/> for what a single
/// built-in call could do between two checks).
/// </summary>
internal static class CodeSandbox
{
    private const int LongestCode = 100_000;
    private const int LongestResult = 1_000_000;
    private const int MostLogLines = 100;
    private const int LongestLogLine = 2_000;
    private const int StackSize = 16 * 1024 * 1024;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // A script that got stuck in spite of all keeps its place until it ends, so that it can slow other scripts but nothing else.
    private static readonly SemaphoreSlim Places = new(Math.Max(2, Environment.ProcessorCount));

    private static readonly Prepared<Acornima.Ast.Script> Limits = Jint.Engine.PrepareScript(CodeLimits.Script, strict: true);

    public static async Task<JsonElement> RunAsync(string code, JsonElement input, StepContext step)
    {
        if (code.Length > LongestCode) throw new StepException("code.tooLong", $"The code is longer than {LongestCode} characters.");
        await Places.WaitAsync(step.Cancellation).ConfigureAwait(false);

        TaskCompletionSource<JsonElement> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread of its own: Jint measures memory per thread, and a long script must not hold one of the pool's.
        Thread thread = new(() =>
        {
            try
            {
                done.SetResult(Run(code, input, step));
            }
            catch (Exception error)
            {
                done.SetException(InWords(error, step));
            }
            finally
            {
                Places.Release();
            }
        }, StackSize)
        { IsBackground = true, Name = "code " + step.Path, Priority = ThreadPriority.BelowNormal };
        thread.Start();
        try
        {
            return await done.Task.WaitAsync(TimeLimit + Grace, step.Cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw TooSlow();
        }
    }

    private static JsonElement Run(string code, JsonElement input, StepContext step)
    {
        using Jint.Engine engine = new(options =>
        {
            options.Strict();
            options.DisableStringCompilation();
            options.LimitMemory(64_000_000);
            options.TimeoutInterval(TimeLimit);
            options.MaxStatements(10_000_000);
            options.LimitRecursion(200);
            options.CancellationToken(step.Cancellation);
            options.Constraints.StackOverflowGuard = true;
            options.Constraints.MaxArraySize = 1_000_000;
            options.Constraints.RegexTimeout = TimeSpan.FromMilliseconds(500);
            options.Constraints.PromiseTimeout = TimeLimit;
            options.Json.MaxParseDepth = 200;
            options.AgentCanSuspend = false;
            options.TimeZone = TimeZoneInfo.Utc;
            options.Culture = System.Globalization.CultureInfo.InvariantCulture;
        });
        int lines = 0;
        // These globals are handed to the limits' script, which hides them from the flow's.
        engine.SetValue("__log", new Action<string>(line =>
        {
            if (lines++ < MostLogLines) step.EmitProgress(line.Length > LongestLogLine ? line[..LongestLogLine] + "…" : line);
        }));
        engine.SetValue("__now", step.Now.ToUnixTimeMilliseconds());
        engine.SetValue("__seed", (double)BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(step.Path))));
        engine.SetValue("__input", input.GetRawText());
        JsValue write = engine.Evaluate(Limits);
        JsValue result = engine.Evaluate(code, new ScriptParsingOptions { AllowReturnOutsideFunction = true }).UnwrapIfPromise(step.Cancellation);
        JsValue json = engine.Invoke(write, result);
        if (json.IsUndefined()) return JsonElement.Parse("null");
        string text = json.AsString();
        return text.Length <= LongestResult ? JsonElement.Parse(text) : throw new StepException("code.result", $"The result is longer than {LongestResult} characters of JSON.");
    }

    private static Exception InWords(Exception error, StepContext step) => error switch
    {
        StepException => error,
        ExecutionCanceledException or OperationCanceledException when step.Cancellation.IsCancellationRequested => new OperationCanceledException(step.Cancellation),
        System.Text.RegularExpressions.RegexMatchTimeoutException => new StepException("code.regex", $"A regular expression took longer than half a second."),
        TimeoutException or ExecutionCanceledException or PromiseRejectedException { RejectedValue: null } => TooSlow(),
        StatementsCountOverflowException => new StepException("code.statements", $"The code was stopped after 10 million statements. Does a loop end?"),
        MemoryLimitExceededException or OutOfMemoryException => new StepException("code.memory", $"The code was stopped because it used too much memory."),
        RecursionDepthOverflowException => new StepException("code.recursion", $"The code was stopped because its functions call each other more than 200 deep."),
        JavaScriptException script => new StepException("code.error", $"{Short(script.Error.ToString())} (line {script.Location.Start.Line})"),
        PromiseRejectedException rejected => new StepException("code.error", rejected.RejectedValue?.ToString() is { } reason ? $"{Short(reason)}" : (Sentence)$"The promise was rejected."),
        _ => new StepException("code.error", $"{Short(error.Message)}"),
    };

    private static StepException TooSlow() => new("code.timeout", $"The code was stopped after {TimeLimit.TotalSeconds} seconds.");

    private static string Short(string text) => text.Length > 500 ? text[..500] + "…" : text;
}
