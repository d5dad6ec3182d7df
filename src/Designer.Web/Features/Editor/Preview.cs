using System.Text.Json;
using Designer.Flows;
using Designer.Web.Features.Access;
using Designer.Web.Features.Api;
using Microsoft.AspNetCore.Mvc;

namespace Designer.Web.Features.Editor;

/// <summary>What an expression that is being written would give, by the same Liquid that a run uses, from values the editor sends along.</summary>
internal static class Preview
{
    /// <summary>The values of a last run that one expression mentions. Larger ones are not worth a preview.</summary>
    private const int MaxBytes = 1_000_000;
    /// <summary>Of a rendered text; enough to see what it becomes.</summary>
    private const int MaxShown = 4_000;

    public static void Map(RouteGroupBuilder editor) =>
        editor.MapPost("/preview", EvaluateAsync).RequirePermission(Permissions.Flows).WithMetadata(new RequestSizeLimitAttribute(MaxBytes));

    /// <param name="Template">A text that is a template, or JSON whose texts are.</param>
    /// <param name="IsCondition">The text is a condition's expression, without braces.</param>
    /// <param name="Values">By first name: a node's outputs, <c>vars</c>, <c>each</c>.</param>
    private sealed record Request(JsonElement Template, bool IsCondition, Dictionary<string, JsonElement>? Values);

    /// <param name="Value">Absent when there is a problem.</param>
    /// <param name="IsCut">Only the beginning of a long text.</param>
    private sealed record Response(JsonElement? Value, bool IsCut = false, Mistake? Problem = null);

    private sealed record Mistake(string Message, int Line, int Column);

    private static async Task<IResult> EvaluateAsync(HttpContext http, TimeProvider time)
    {
        Request request = await RequestBody.ReadAsync<Request>(http.Request);
        if (request.Template.ValueKind == JsonValueKind.Undefined) return ApiProblems.Of(StatusCodes.Status400BadRequest, "preview.incomplete", $"Send {{ \"template\": …, \"values\": {{ … }} }}.");
        return Results.Json(Evaluate(request, new SentValues(request.Values ?? [], time.GetUtcNow())), FlowJson.Options);
    }

    private static Response Evaluate(Request request, IValueScope scope)
    {
        try
        {
            object? value = request.IsCondition ? Expression.Parse(request.Template.ToString()).Holds(scope) : Evaluate(request.Template, scope);
            return value is string { Length: > MaxShown } text ? new Response(FlowValue.ToJson(text[..MaxShown]), IsCut: true) : new Response(FlowValue.ToJson(value));
        }
        catch (TemplateException e)
        {
            return new Response(null, Problem: new Mistake(L.Of(e), e.Line, e.Column));
        }
    }

    private static object? Evaluate(JsonElement template, IValueScope scope) => template.ValueKind switch
    {
        JsonValueKind.String => Template.Parse(template.GetString()!).Evaluate(scope),
        JsonValueKind.Array => template.EnumerateArray().Select(item => Evaluate(item, scope)).ToList(),
        JsonValueKind.Object => template.EnumerateObject().DistinctBy(m => m.Name).ToDictionary(m => m.Name, m => Evaluate(m.Value, scope)),
        _ => template,
    };

    private sealed class SentValues(Dictionary<string, JsonElement> values, DateTimeOffset now) : IValueScope
    {
        public object? Root(string name) => values.TryGetValue(name, out JsonElement value) ? value : null;
        public DateTimeOffset Now => now;
    }
}
