using System.CommandLine;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Web.Features.Access;

namespace Designer.Web.Commands;

/// <summary><c>flow run</c>: runs a flow in this process and streams its answer.</summary>
internal static class FlowRunCommand
{
    private const int LargestInput = 2 * 1024 * 1024;

    private static readonly Argument<string> s_flow = new("FILE_OR_SLUG") { Description = "A .flow.json file (or its folder), or a slug: its latest version, or the draft if there is none. Also slug@3 and slug@draft" };
    private static readonly Option<string> s_input = new("--input") { HelpName = "JSON|@FILE|-", Description = "The inputs as a JSON object; @FILE reads a file, - standard input", DefaultValueFactory = _ => "{}" };
    private static readonly Option<string[]> s_slots = SharedOptions.Slots("Bind a slot for this run; a knowledge base may be named by a folder or file. Open model slots take \"extractive\"");
    private static readonly Option<string[]> s_files = new("--file")
    {
        HelpName = "NAME=PATH",
        Description = "Give an input of type file or image this file; repeat it for a list of files",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<bool> s_trace = new("--trace") { Description = "Print the steps to standard error as they happen; with --json as events" };
    private static readonly Option<string?> s_conversation = new("--conversation") { HelpName = "ID", Description = "Go on with this conversation" };

    public static Command Create() => new Command("run", "Run a flow and stream its answer. Exit code 1 when the run fails, 3 when it waits for a person and nobody can be asked.")
    {
        s_flow, s_input, s_files, s_slots, s_trace, s_conversation,
    }.Does(RunAsync);

    private static async Task<int> RunAsync(Session session)
    {
        JsonElement input = await InputAsync(session, session.Value(s_input)!);
        string? conversation = session.Value(s_conversation);
        if (conversation is { Length: 0 or > 100 }) throw new CommandFailure("--conversation takes a text of 1 to 100 characters.", ExitCode.Usage);
        // What is wrong with a file shows before a data folder is made.
        if (FlowFinder.IsFile(session.Value(s_flow))) FlowFinder.Read(session.Value(s_flow));
        SignedInMember by = await session.MemberAsync();
        FoundFlow flow = await FlowFinder.FindAsync(session, by, session.Value(s_flow));
        input = await InputFiles.AddAsync(session, by, flow.Document, input, session.Value(s_files)!);
        Dictionary<string, string> bindings = await SlotValues.BindAsync(session, by, flow.Document, flow.Bindings, session.Value(s_slots)!);
        await SlotValues.DefaultModelsAsync(session, by, flow.Document, bindings);
        if (SlotValues.Open(flow.Document, bindings).FirstOrDefault() is { Key: { } open, Value: { } slot }) throw new CommandFailure(SlotValues.Hint(open, slot));

        FlowEngine engine = await session.GetAsync<FlowEngine>();
        RunOptions options = new() { Trigger = "cli", StartedBy = by.Author, ConversationId = conversation, IsDurableStart = true };
        StartedRun started = await engine.StartAsync(new FlowVersion(by.WorkspaceId, flow.Id, flow.Version, flow.Document, bindings), input, options, session.Stop);
        RunFollower follower = new(session, engine, by.Author, session.Value(s_trace)) { Answers = new AnswerPrinter(session.Terminal, flow.Document, session.Host.Pure<INodeTypes>()) };
        return await follower.FollowAsync(started.Id);
    }

    private static async Task<JsonElement> InputAsync(Session session, string text)
    {
        string what = "The input";
        if (text == "-") text = await session.Terminal.ReadAllAsync(LargestInput, session.Stop);
        else if (text.StartsWith('@'))
        {
            FileInfo file = new(text[1..]);
            if (!file.Exists) throw new CommandFailure($"There is no file {text[1..]}.");
            if (file.Length > LargestInput) throw new CommandFailure($"{text[1..]} has more than {LargestInput:N0} bytes.");
            (what, text) = (text[1..], await File.ReadAllTextAsync(file.FullName, session.Stop));
        }
        try
        {
            JsonElement input = JsonElement.Parse(text);
            return input.ValueKind == JsonValueKind.Object ? input : throw new CommandFailure($"{what} is not a JSON object. Write the inputs by name, e.g. {{\"question\":\"…\"}}.");
        }
        catch (JsonException malformed)
        {
            throw new CommandFailure(Reasons.Of(malformed, what));
        }
    }
}
