using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Storage.Tests;

public abstract partial class StoreContract
{
    private async Task<(Guid Workspace, Guid Flow)> FlowToDebugAsync()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await Flows.CreateAsync(workspace, new NewFlow(Guid.CreateVersion7(), "Debugged", null, "{}"u8.ToArray()), "ada", Cancel);
        return (workspace, flow.Id);
    }

    [Fact]
    public async Task Pins_and_breakpoints_belong_to_their_author()
    {
        (Guid workspace, Guid flow) = await FlowToDebugAsync();
        DebugStore store = Get<DebugStore>();
        await store.PinAsync(workspace, flow, "ada", "reply", new Pin(JsonElement.Parse("""{"text":"x"}"""), "yes"), Cancel);
        await store.SetBreakpointAsync(workspace, flow, "ada", "reply", isSet: true, Cancel);
        await store.SetBreakpointAsync(workspace, flow, "ada", "answer", isSet: true, Cancel);
        await store.PinAsync(workspace, flow, "grace", "reply", new Pin(FlowJson.Null), Cancel);

        DebugMarks marks = await store.MarksAsync(workspace, flow, "ada", Cancel);
        Assert.Equal(("""{"text":"x"}""", "yes"), (marks.Pins["reply"].Outputs.GetRawText(), marks.Pins["reply"].Port));
        Assert.Equal(["answer", "reply"], marks.Breakpoints);
        Assert.Empty((await store.MarksAsync(Guid.NewGuid(), flow, "ada", Cancel)).Breakpoints);

        await store.UnpinAllAsync(workspace, flow, "ada", Cancel);
        await store.SetBreakpointAsync(workspace, flow, "ada", "answer", isSet: false, Cancel);
        marks = await store.MarksAsync(workspace, flow, "ada", Cancel);
        Assert.Equal((0, "reply"), (marks.Pins.Count, Assert.Single(marks.Breakpoints)));
        Assert.Single((await store.MarksAsync(workspace, flow, "grace", Cancel)).Pins);
        await store.PinAsync(workspace, flow, "grace", "reply", null, Cancel);
        Assert.Empty((await store.MarksAsync(workspace, flow, "grace", Cancel)).Pins);
    }

    [Fact]
    public async Task Two_tabs_that_mark_the_same_node_at_once_both_count()
    {
        (Guid workspace, Guid flow) = await FlowToDebugAsync();
        DebugStore store = Get<DebugStore>();
        await Task.WhenAll(
            store.PinAsync(workspace, flow, "ada", "reply", new Pin(JsonElement.Parse("{}")), Cancel),
            store.SetBreakpointAsync(workspace, flow, "ada", "answer", isSet: true, Cancel));
        DebugMarks marks = await store.MarksAsync(workspace, flow, "ada", Cancel);
        Assert.Equal((1, 1), (marks.Pins.Count, marks.Breakpoints.Count));
    }

    [Fact]
    public async Task Test_inputs_are_kept_by_name_up_to_a_number()
    {
        (Guid workspace, Guid flow) = await FlowToDebugAsync();
        DebugStore store = Get<DebugStore>();
        JsonElement input = JsonElement.Parse("""{"q":1}""");
        TestInput first = await store.SaveInputAsync(workspace, flow, "b", input, "ada", Cancel);
        await store.SaveInputAsync(workspace, flow, "a", input, "ada", Cancel);
        TestInput again = await store.SaveInputAsync(workspace, flow, "b", JsonElement.Parse("""{"q":2}"""), "grace", Cancel);
        Assert.Equal((first.Id, "grace"), (again.Id, again.Author));
        Assert.Equal(["a", "b"], (await store.InputsAsync(workspace, flow, Cancel)).Select(i => i.Name));
        Assert.False(await store.DeleteInputAsync(Guid.NewGuid(), flow, first.Id, Cancel));
        for (int i = 0; i < DebugStore.MostTestInputs - 2; i++) await store.SaveInputAsync(workspace, flow, $"n{i}", input, "ada", Cancel);
        Assert.Equal("input.tooMany", (await Assert.ThrowsAsync<StorageConflictException>(() => store.SaveInputAsync(workspace, flow, "one more", input, "ada", Cancel))).Code);
        Assert.True(await store.DeleteInputAsync(workspace, flow, first.Id, Cancel));
        await store.SaveInputAsync(workspace, flow, "one more", input, "ada", Cancel);
    }
}
