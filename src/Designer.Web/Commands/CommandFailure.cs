using System.Data.Common;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Knowledge;
using Designer.Models;
using Designer.Storage;
using Microsoft.EntityFrameworkCore;

namespace Designer.Web.Commands;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    /// <summary>The command line itself cannot be understood.</summary>
    public const int Usage = 2;
    /// <summary>The run waits for a person.</summary>
    public const int Waits = 3;
    /// <summary>Stopped by Ctrl+C, as shells count it.</summary>
    public const int Cancelled = 130;
}

/// <summary>Ends a command with one line on standard error.</summary>
internal sealed class CommandFailure(string reason, int exitCode = ExitCode.Failed) : Exception(reason)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>Turns exceptions into the one line that a person can act on.</summary>
internal static class Reasons
{
    public static string Of(Exception failure) => failure switch
    {
        FlowProblemsException flow => Of(flow.Problems),
        FlowFormatException format => Of(format.Problems),
        CommandFailure or StorageException or StorageConflictException or KnowledgeException or ModelException or StepException
            or EngineBusyException or RunConflictException or KeyNotFoundException or IOException or UnauthorizedAccessException
            // Of settings that make no sense: an address to listen on, a proxy.
            or FormatException or InvalidOperationException => failure.Message,
        JsonException json => Of(json, "The text"),
        DbUpdateException { InnerException: { } cause } => Of(cause),
        DbException storage => $"The storage failed: {storage.Message}",
        AggregateException { InnerException: { } cause } => Of(cause),
        _ => $"Unexpected failure ({failure.GetType().Name}): {failure.Message}",
    };

    /// <summary>The first error and how many follow it.</summary>
    public static string Of(IReadOnlyList<Problem> problems)
    {
        Problem first = problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error) ?? problems[0];
        int others = problems.Count - 1;
        return $"{first.Message} ({Place(first)}{(others > 0 ? $"; {others} more, \"flow check\" shows all" : "")})";
    }

    /// <summary>Says where a text stops being JSON.</summary>
    public static string Of(JsonException json, string what) => json.LineNumber is { } line
        ? $"{what} is not valid JSON: line {line + 1}, byte {json.BytePositionInLine + 1}."
        : $"{what} is not valid JSON.";

    /// <summary>Code, node and path of a problem, as far as it has them.</summary>
    public static string Place(Problem problem) => string.Join(", ", ((string?[])
        [problem.Code, problem.NodeId is { } node ? $"node {node}" : null, problem.EdgeId is { } edge ? $"edge {edge}" : null, problem.Path]).Where(part => !string.IsNullOrEmpty(part)));
}
