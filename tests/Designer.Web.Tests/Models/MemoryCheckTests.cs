using System.Text;
using System.Text.Json;
using Designer.Flows;
using Designer.Models.Connections;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Tests;
using Designer.Storage;
using Designer.Web.Features.Editor;
using Designer.Web.Features.Models.Folders;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Models;

/// <summary>What a flow's models would need is said before it runs, by the editor's check; here on the CPU with shared models.</summary>
public sealed class MemoryCheckTests
{
    private static readonly CancellationToken s_cancellation = TestContext.Current.CancellationToken;

    private static async Task<(DesignerApp App, ModelConnection Ocr, ModelConnection Types)> StartAsync(int megabytes)
    {
        string models = Path.GetDirectoryName(Repository.Model("pp-ocr-v4"))!;
        OnnxSettings settings = new() { Threads = 1, MemoryMegabytes = megabytes };
        DesignerApp app = await DesignerApp.WithOwnerAsync(builder => builder.Services.AddSingleton(settings).AddSingleton(new ModelPaths(models, settings)));
        return (app, await AddAsync("ocr", "pp-ocr-v4", ModelCapabilities.ReadImage), await AddAsync("types", "magika-v3.3", ModelCapabilities.ClassifyFile));

        Task<ModelConnection> AddAsync(string name, string folder, ModelCapabilities can) => app.Services.GetRequiredService<IModelStore>().SaveAsync(new ModelConnection
        {
            Id = Guid.NewGuid(),
            WorkspaceId = app.Owner.WorkspaceId,
            Name = name,
            Provider = ModelProviders.Onnx,
            Model = folder,
            Capabilities = can,
        }, s_cancellation);
    }

    private static FlowDocument Flow(params string[] slots) => FlowJson.Read(Encoding.UTF8.GetBytes($$"""
        { "schema": "designer.flow/1", "id": "{{Guid.CreateVersion7()}}", "name": "Memory", "mode": "task", "nodes": [], "edges": [],
          "slots": {{JsonSerializer.Serialize(slots.ToDictionary(s => s, _ => new { kind = "model" }))}} }
        """));

    private static async Task<Problem?> NoteAsync(DesignerApp app, params string[] models) => (await app.Services.GetRequiredService<EditorLoader>().CheckAsync(
        app.Owner.WorkspaceId, Flow(models), models.ToDictionary(m => m), s_cancellation)).SingleOrDefault(p => p.Code == MemoryCheck.Code);

    private static async Task UseAsync(DesignerApp app, ModelConnection model) => Assert.True((await app.Services.GetRequiredService<Designer.Models.ModelTester>().TestAsync(model, s_cancellation)).Ok);

    [Fact]
    public async Task Cold_models_are_counted_together_warm_ones_no_more()
    {
        var (app, ocr, types) = await StartAsync(500);
        await using DesignerApp _ = app;
        OnnxModels onnx = app.Services.GetRequiredService<OnnxModels>();
        Problem note = (await NoteAsync(app, "ocr", "types"))!;
        Assert.Equal((ProblemSeverity.Info, $"Before it runs, this flow's models need {ByteSize.Of(onnx.Find(ocr).Bytes + onnx.Find(types).Bytes)} of memory."), (note.Severity, note.Message.ToString()));
        await UseAsync(app, ocr);
        Assert.Equal($"Before it runs, this flow's models need {ByteSize.Of(onnx.Find(types).Bytes)} of memory.", (await NoteAsync(app, "ocr", "types"))!.Message.ToString());
        Assert.Null(await NoteAsync(app, "ocr"));
        Assert.Null(await NoteAsync(app, ModelProviders.Extractive));
    }

    [Fact]
    public async Task What_would_leave_memory_is_named_and_what_never_fits_is_a_warning()
    {
        int ocrMegabytes = (int)(new DirectoryInfo(Repository.Model("pp-ocr-v4")).EnumerateFiles("*.onnx").Sum(f => f.Length) >> 20);
        var (app, ocr, types) = await StartAsync(ocrMegabytes + 1);
        await using DesignerApp _ = app;
        await UseAsync(app, ocr);
        Assert.Contains("This would unload pp-ocr-v4.", (await NoteAsync(app, "types"))!.Message.ToString(), StringComparison.Ordinal);
        Problem warning = (await NoteAsync(app, "ocr", "types"))!;
        Assert.Equal(ProblemSeverity.Warning, warning.Severity);
        Assert.Contains($"all models together may take {ByteSize.Of((ocrMegabytes + 1L) << 20)}", warning.Message.ToString(), StringComparison.Ordinal);
        await UseAsync(app, types);
        Assert.Contains("This would unload magika-v3.3", (await NoteAsync(app, "ocr"))!.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_shall_run_otherwise_is_another_in_memory_and_says_what_its_provider_misses()
    {
        var (app, ocr, _) = await StartAsync(500);
        await using DesignerApp __ = app;
        OnnxModels onnx = app.Services.GetRequiredService<OnnxModels>();
        Designer.Models.ModelTester tester = app.Services.GetRequiredService<Designer.Models.ModelTester>();
        ModelConnection elsewhere = ocr with { Options = new ModelOptions { ExecutionProvider = "npu" } };
        Assert.Contains("There is no execution provider 'npu'", (await tester.TestAsync(elsewhere, s_cancellation)).Error, StringComparison.Ordinal);
        await UseAsync(app, elsewhere with { Options = elsewhere.Options with { FallBackToCpu = true } });
        Assert.Equal(ModelState.Warm, onnx.StateOf(elsewhere with { Options = elsewhere.Options with { FallBackToCpu = true } }));
        Assert.Equal(ModelState.Cold, onnx.StateOf(ocr));
    }
}
