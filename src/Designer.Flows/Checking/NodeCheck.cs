namespace Designer.Flows;

/// <summary>What stands around a node's settings: its type, version, time limit, retries, errors, body.</summary>
internal sealed class NodeCheck(Findings findings)
{
    public const int MaxAttempts = 20;

    public void Check(FlowLevel level, int index)
    {
        FlowNode node = level.Nodes[index];
        CheckType(node, level.Types[index]);
        CheckDuration(node, node.Timeout, "timeout");
        if (node.Retry is { } retry) CheckRetry(node, retry);
        if (node.OnError is { } policy) CheckErrors(level, index, policy);
    }

    private void CheckType(FlowNode node, NodeDescriptor? type)
    {
        if (type is null)
        {
            findings.Error("node.unknownType", $"{Findings.NameOf(node)} is of the type \"{node.Type}\", which does not exist here.", node, fix: $"Install what brings it, or remove the node.");
            return;
        }
        if (node.TypeVersion > type.Version)
            findings.Error("node.newerVersion", $"{Findings.NameOf(node)} was made by a newer version of Designer.", node, fix: $"Update Designer.");
        if (type.IsContainer && node.Children is not { Nodes.Count: > 0 })
            findings.Error("container.empty", $"{Findings.NameOf(node)} has nothing inside.", node, fix: $"Drag nodes into it.");
        if (!type.IsContainer && node.Children is not null)
            findings.Error("container.notAllowed", $"{Findings.NameOf(node)} cannot have nodes inside.", node, fix: $"Move them out.");
    }

    private void CheckRetry(FlowNode node, RetryPolicy retry)
    {
        if (retry.Attempts is < 1 or > MaxAttempts) findings.Error("retry.range", $"A node is tried 1 to {MaxAttempts} times.", node, "retry.attempts");
        if (retry.Backoff is not (null or "none" or "linear" or "exponential")) findings.Error("retry.range", $"The pause between attempts stays the same (none), or grows linear or exponential.", node, "retry.backoff");
        CheckDuration(node, retry.Delay, "retry.delay");
    }

    private void CheckErrors(FlowLevel level, int index, ErrorPolicy policy)
    {
        FlowNode node = level.Nodes[index];
        if (policy.Mode is not ("fail" or "branch" or "default"))
        {
            findings.Error("errorMode.invalid", $"On error a node fails the run, branches, or goes on with a default.", node, "onError.mode");
            return;
        }
        string port = policy.Port ?? "out";
        if (policy.Mode == "default" && level.Types[index] is not null && level.KindOf(index, port) != PortKind.Out)
            findings.Error("port.unknown", $"{Findings.NameOf(node)} has no port \"{port}\" to leave by after an error.", node, "onError.port");
    }

    private void CheckDuration(FlowNode node, string? text, string path)
    {
        if (text is null || Duration.TryParse(text, out TimeSpan duration) && duration > TimeSpan.Zero) return;
        findings.Error("duration.invalid", $"\"{text}\" is no length of time.", node, path, $"Write it like 500ms, 10s, 5m or 1h.");
    }
}
