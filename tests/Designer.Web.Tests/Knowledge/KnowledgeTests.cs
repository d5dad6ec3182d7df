using Designer.Knowledge;
using Designer.Web.Features.Knowledge;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Knowledge;

public sealed class KnowledgeTests
{
    [Theory]
    [InlineData("Two days may be carried over.", "carry days", "Two [days] may be [carried] over.")]
    [InlineData("A day off", "days", "A [day] off")]
    [InlineData("The approval of travel", "approved", "The [approval] of travel")]
    [InlineData("catalogue of cats", "cat", "catalogue of [cats]")]
    [InlineData("年假最多可以结转五天。", "结转年假", "[年假]最多可以[结转]五天。")]
    [InlineData("nothing here", "of it", "nothing here")]
    [InlineData("", "x", "")]
    [InlineData("<b>bold</b>", "bold", "<b>[bold]</b>")]
    public void Marks_what_was_asked_for(string text, string question, string expected)
    {
        IReadOnlyList<TextPart> parts = Highlights.Of(text, question);

        Assert.Equal(expected, string.Concat(parts.Select(part => part.IsHit ? $"[{part.Text}]" : part.Text)));
        Assert.Equal(text, string.Concat(parts.Select(part => part.Text)));
    }

    [Fact]
    public async Task Two_knowledge_bases_of_one_name_get_two_slugs_and_deleting_one_leaves_the_other()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        var bases = app.Services.GetRequiredService<KnowledgeBases>();
        KnowledgeBase first = await bases.CreateAsync(app.Owner, "Handbook");
        KnowledgeBase second = await bases.CreateAsync(app.Owner, "Handbook");
        await app.Services.GetRequiredService<KnowledgeIndex>().AddAsync(second, DocumentInput.FromText("leave.md", "# Leave\n\nFive days carry over."));

        await bases.DeleteAsync(first);

        Assert.Equal(("handbook", "handbook-2"), (first.Slug, second.Slug));
        Assert.Equal("handbook-2", Assert.Single(await bases.ListAsync(app.Owner.WorkspaceId)).Slug);
        Assert.Single(await app.Services.GetRequiredService<KnowledgeIndex>().SearchAsync(second, "carry over days", 3));
    }
}
