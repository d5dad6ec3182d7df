using Designer.Flows;
using Designer.Knowledge;
using Designer.Storage;
using Designer.Web.Features.Flows;
using Designer.Web.Features.Knowledge;
using Designer.Web.Features.Templates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Designer.Web.Tests.Templates;

public sealed class TemplateTests
{
    private static FlowDocument Asking() => FlowStarts.Chat(Guid.NewGuid(), "Ask") with
    {
        Slots = new OrderedMap<FlowSlot>([new("model", new FlowSlot("model", ["chat"])), new("books", new FlowSlot("knowledgeBase"))]),
    };

    [Fact]
    public async Task A_template_binds_what_was_chosen_and_fills_its_sample_documents_once()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        string samples = Directory.CreateDirectory(Path.Combine(app.Folder, "samples")).FullName;
        await File.WriteAllTextAsync(Path.Combine(samples, "leave.md"), "# Leave\n\nFive days carry over.", TestContext.Current.CancellationToken);
        var template = new GalleryItem("ask", "Ask", "Asks.", Asking(), new Dictionary<string, string> { ["books"] = samples });
        var maker = app.Services.GetRequiredService<FlowFromTemplate>();
        var choices = new Dictionary<string, string> { ["model"] = "extractive", ["books"] = FlowFromTemplate.Sample, ["unknown"] = "x" };

        string first = await maker.CreateAsync(app.Owner, template, "One", choices);
        string second = await maker.CreateAsync(app.Owner, template, "Two", choices);

        KnowledgeBase books = Assert.Single(await app.Services.GetRequiredService<KnowledgeBases>().ListAsync(app.Owner.WorkspaceId));
        Assert.Equal(1, (await app.Services.GetRequiredService<KnowledgeIndex>().SummaryAsync(books)).Documents);
        foreach (string slug in (string[])[first, second])
        {
            FlowDraft flow = (await app.Services.GetRequiredService<FlowStore>().FindAsync(app.Owner.WorkspaceId, slug))!;
            Assert.Equal(["books", "extractive"], flow.Bindings.OrderBy(b => b.Key).Select(b => b.Value));
        }
    }

    [Fact]
    public async Task Broken_templates_are_left_out_of_the_gallery()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var store = app.Services.GetRequiredService<TemplateStore>();
        await store.AddAsync(app.Owner.WorkspaceId, new NewTemplate("Broken", null, "{ nonsense"u8.ToArray()), "x");
        await store.AddAsync(app.Owner.WorkspaceId, new NewTemplate("Whole", null, FlowJson.Write(Asking())), "x");

        IReadOnlyList<GalleryItem> items = await app.Services.GetRequiredService<Gallery>().ListAsync(app.Owner.WorkspaceId);

        Assert.Equal("Whole", Assert.Single(items, item => !item.IsShipped).Name);
    }

    [Fact]
    public async Task The_shipped_folder_is_read_with_its_samples_and_the_unreadable_is_passed_over()
    {
        string root = Directory.CreateTempSubdirectory("designer-workflows-").FullName;
        Directory.CreateDirectory(Path.Combine(root, "ask", "books"));
        await File.WriteAllBytesAsync(Path.Combine(root, "ask", "ask.flow.json"), FlowJson.Write(Asking()), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(root, "ask", "sample.jsonl"), """{"input": {"question": "How?"}, "expected": {}}""" + "\n{}", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(root, "broken"));
        await File.WriteAllTextAsync(Path.Combine(root, "broken", "broken.flow.json"), "[]", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(root, "empty"));

        GalleryItem item = Assert.Single(ShippedTemplates.Read(root, NullLogger.Instance));

        Assert.Equal(("ask", "Ask", true), (item.Key, item.Name, item.IsShipped));
        Assert.Equal("books", Assert.Single(item.Samples).Key);
        Assert.Equal("How?", StartInput.Show(item.SampleInputs!));
        Assert.Equal("a: 1\nb: x", StartInput.Show("""{"a":1,"b":"x"}"""));
        Assert.Empty(ShippedTemplates.Read(Path.Combine(root, "nowhere"), NullLogger.Instance));
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public void Sample_inputs_keep_their_types()
    {
        StartInput[] inputs = [new("question", "string"), new("count", "integer"), new("deep", "object"), new("left", "number")];

        (string? json, IReadOnlyList<string> problems) = StartInput.Read(inputs, new Dictionary<string, string> { ["question"] = "How?", ["count"] = "3", ["deep"] = """{"a":[1]}""", ["left"] = " " });
        (_, IReadOnlyList<string> wrong) = StartInput.Read(inputs, new Dictionary<string, string> { ["count"] = "three", ["deep"] = "{" });

        Assert.Equal("""{"question":"How?","count":3,"deep":{"a":[1]}}""", json);
        Assert.Empty(problems);
        Assert.Equal(2, wrong.Count);
        Assert.Equal([new StartInput("question", "string")], StartInput.Of(FlowStarts.Chat(Guid.Empty, "x")));
        Assert.Empty(StartInput.Of(new FlowDocument()));
    }
}
