using System.Text;
using NJsonSchema;
using Xunit;

namespace Designer.Flows.Tests.Document;

public class FlowSchemaTests
{
    [Fact]
    public async Task A_document_fits_its_schema()
    {
        JsonSchema schema = await JsonSchema.FromJsonAsync(FlowSchema.Text, TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(Encoding.UTF8.GetString(Samples.Handbook())));
        Assert.NotEmpty(schema.Validate("""{"schema":"designer.flow/1","name":"x","mode":"loud","nodes":[],"edges":[]}"""));
        Assert.NotEmpty(schema.Validate("""{"schema":"designer.flow/1","name":"x","mode":"task","nodes":[{"id":"A"}],"edges":[]}"""));
        Assert.NotEmpty(schema.Validate("""{"schema":"designer.flow/1","name":"x","mode":"task","nodes":{},"edges":[]}"""));
    }

    [Fact]
    public void The_schema_names_what_documents_have_and_nothing_else()
    {
        Assert.DoesNotContain("extra", FlowSchema.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\"source\"", FlowSchema.Text, StringComparison.Ordinal);
        foreach (string member in (string[])["variables", "children", "onError", "typeVersion", "slots", "needs", "notes", "groups", "collapsed"]) Assert.Contains($"\"{member}\"", FlowSchema.Text, StringComparison.Ordinal);
    }
}
