using System.Text.Json.Nodes;
using Designer.Flows;
using Designer.Web.Hosting;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Designer.Web.Features.Api;

/// <summary>An error's body, as the description shows it; <see cref="ApiProblems"/> writes it.</summary>
/// <param name="Code">Stable; docs/api.md lists them.</param>
/// <param name="Problems">What is wrong with the flow.</param>
/// <param name="RunId">The run that failed.</param>
public sealed record ApiProblem(string Title, int Status, string Code, string? Detail = null, IReadOnlyList<Problem>? Problems = null, Guid? RunId = null);

/// <summary>What the endpoints' own types cannot say: the key, headers, the event stream, examples.</summary>
internal static class ApiDescription
{
    private const string Key = "key";
    private const string EventStream = "text/event-stream";
    private const string Completed = """{"runId":"0198f2c4-7a00-7000-8000-000000000001","status":"completed","output":{"text":"Five days."},"usage":{"inputTokens":812,"outputTokens":6,"cost":0.0013,"modelCalls":1}}""";
    private const string Events = "event: run.started\nid: 1\ndata: {\"seq\":1,\"type\":\"run.started\",…}\n\nevent: step.token\ndata: {\"type\":\"step.token\",\"step\":\"answer\",\"data\":{\"offset\":0,\"text\":\"Five\"},…}\n\n";

    /// <summary>Says that the endpoint may answer with these statuses and a problem.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (int status in statuses) endpoint.Produces<ApiProblem>(status, "application/problem+json");
        return endpoint;
    }

    public static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo { Title = "Designer", Version = DesignerHost.Version, Description = "Runs published flows. Each key opens one flow." };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Key] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of the flow's endpoint page, dk_…" };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, document)] = [] }];
        return Task.CompletedTask;
    }

    /// <summary>A sentence is a text to programs.</summary>
    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        if (context.JsonTypeInfo.Type == typeof(Sentence)) schema.Type = JsonSchemaType.String;
        return Task.CompletedTask;
    }

    public static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        operation.Parameters ??= [];
        switch (operation.OperationId)
        {
            case "StartRun":
                operation.Parameters.Add(Header("Idempotency-Key", "At most 200 characters. A repeat with the same body joins the first run; with another one it is refused."));
                operation.Parameters.Add(Header("Prefer", "respond-async: answer at once and run in the background."));
                Show(operation.RequestBody, """{"input":{"question":"How many days carry over?"},"conversationId":"anna-1"}""");
                Show(operation, Completed);
                Streams(operation);
                break;
            case "UploadFile":
                operation.Parameters.Add(new OpenApiParameter { Name = "name", In = ParameterLocation.Query, Description = "The file's name, where the body is the file itself.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
                break;
            case "GetFile":
                break;
            case "WatchRun":
                operation.Parameters.Add(Header("Last-Event-ID", "Go on behind this event."));
                Streams(operation);
                break;
            case "ResumeRun":
                Show(operation.RequestBody, """{"step":"review","decision":"approve","comment":"Looks good."}""");
                Show(operation, Completed);
                break;
            default:
                Show(operation, Completed);
                break;
        }
        return Task.CompletedTask;
    }

    private static OpenApiParameter Header(string name, string text) =>
        new() { Name = name, In = ParameterLocation.Header, Description = text, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static void Streams(OpenApiOperation operation)
    {
        if (operation.Responses?["200"] is OpenApiResponse { Content: { } content })
            content[EventStream] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = JsonValue.Create(Events) };
    }

    private static void Show(OpenApiOperation operation, string json)
    {
        if (operation.Responses?["200"] is OpenApiResponse answer) Show(answer.Content, json);
    }

    private static void Show(IOpenApiRequestBody? body, string json) => Show(body?.Content, json);

    private static void Show<TMedia>(IDictionary<string, TMedia>? content, string json)
    {
        if (content?.TryGetValue("application/json", out TMedia? media) == true && media is OpenApiMediaType shown) shown.Example = JsonNode.Parse(json);
    }
}
