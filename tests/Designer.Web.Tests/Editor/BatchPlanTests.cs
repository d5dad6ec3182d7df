using Designer.Flows;
using Designer.Web.Features.Editor.Batches;

namespace Designer.Web.Tests.Editor;

public sealed class BatchPlanTests
{
    private static FlowDocument Flow(string inputs) => FlowJson.Read(System.Text.Encoding.UTF8.GetBytes($$"""
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-00000000d002", "name": "T", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ {{inputs}} ] } } ], "edges": [] }
        """));

    private const string All = """
        { "name": "customerName", "type": "string", "required": true }, { "name": "age", "type": "integer" }, { "name": "score", "type": "number" },
        { "name": "active", "type": "boolean" }, { "name": "tags", "type": "array<string>" }, { "name": "more", "type": "any" }
        """;

    [Fact]
    public void Columns_are_found_by_name_and_cells_become_the_inputs_types()
    {
        BatchPlan plan = BatchPlan.Make(Flow(All), "Customer name;AGE;score;active;tags;more;unused\nAda;36;1.5;yes;\"[\"\"a\"\"]\";{};x\nBob;;;;;free text;\n");

        Assert.Equal(["Customer name", "AGE", "score", "active", "tags", "more"], plan.Inputs.Select(i => i.Column));
        Assert.Equal("""{"customerName":"Ada","age":36,"score":1.5,"active":true,"tags":["a"],"more":{}}""", plan.Rows[0].Input!.Value.GetRawText());
        Assert.Equal("""{"customerName":"Bob","more":"free text"}""", plan.Rows[1].Input!.Value.GetRawText());
    }

    [Theory]
    [InlineData("name,age\n,1", "“customerName” is missing")]
    [InlineData("name,age\nAda,old", "“age” must be a whole number, not “old”")]
    [InlineData("name,age\nAda,1.5", "“age” must be a whole number, not “1.5”")]
    [InlineData("name,score\nAda,1,5", "has 3 cells; the header has 2")]
    [InlineData("name,age\nAda", "has 1 cells; the header has 2")]
    [InlineData("name,active\nAda,maybe", "“active” must be true or false, not “maybe”")]
    [InlineData("name,tags\nAda,a b", "“tags” must be a list in JSON, not “a b”")]
    [InlineData("name,tags\nAda,[1]", "“tags” entry 0 must be a text, not a number")]
    [InlineData("name,tags\nAda,{}", "“tags” must be a list, not an object")]
    public void A_row_that_does_not_fit_says_why_and_the_others_stay(string csv, string error)
    {
        BatchPlan plan = BatchPlan.Make(Flow(All), csv + "\nBob,\n", new Dictionary<string, string?> { ["customerName"] = "name" });

        Assert.Equal((error, null, 2), (plan.Rows[0].Error, plan.Rows[0].Input, plan.Rows[0].Line));
        Assert.Null(plan.Rows[1].Error);
    }

    [Fact]
    public void The_mapping_decides_and_what_is_not_there_is_refused()
    {
        FlowDocument flow = Flow("""{ "name": "a", "type": "string" }, { "name": "b", "type": "string" }""");
        BatchPlan plan = BatchPlan.Make(flow, "a,x\n1,2", new Dictionary<string, string?> { ["a"] = null, ["b"] = "x" });
        Assert.Equal("""{"b":"2"}""", plan.Rows[0].Input!.Value.GetRawText());
        Assert.Equal("batch.column", Assert.Throws<CsvException>(() => BatchPlan.Make(flow, "a,x\n1,2", new Dictionary<string, string?> { ["b"] = "nowhere" })).Code);
        Assert.False(BatchPlan.Make(flow, "x,y\n1,2").IsMapped);
        Assert.Equal("batch.noInputs", Assert.Throws<CsvException>(() => BatchPlan.Make(Flow(""), "x,y\n1,2")).Code);
    }

    [Fact]
    public void A_required_input_with_a_default_may_stay_empty()
    {
        FlowDocument flow = Flow("""{ "name": "a", "type": "string" }, { "name": "n", "type": "integer", "required": true, "default": 3 }""");
        Assert.Equal("""{"a":"1"}""", BatchPlan.Make(flow, "a\n1").Rows[0].Input!.Value.GetRawText());
    }
}
