using Designer.Flows;

namespace Designer.Web.Tests.Api;

/// <summary>The flows that the API's tests call.</summary>
internal static class ApiFlows
{
    /// <summary>Says what it was given, past a step in between that callers must not see.</summary>
    public static FlowDocument Echo() => Read("Echo", "task", """
        { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [
          { "name": "text", "type": "string", "required": true }, { "name": "count", "type": "integer" }, { "name": "any", "type": "any" } ] } },
        { "id": "between", "type": "data.template", "typeVersion": 1, "name": "Inner working", "position": { "x": 0, "y": 0 }, "settings": { "text": "hidden {{ start.text }}" } },
        { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 0, "y": 0 }, "settings": { "text": "{{ start.text }}" } }
        """, """{ "id": "e1", "from": "start:out", "to": "between:in" }, { "id": "e2", "from": "between:out", "to": "answer:in" }""");

    /// <summary>A conversation with the model of slot <c>model</c>.</summary>
    public static FlowDocument Chat() => Read("Chat", "chat", """
        { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "question", "type": "string", "required": true } ] } },
        { "id": "reply", "type": "model.chat", "typeVersion": 1, "name": "Reply", "position": { "x": 0, "y": 0 }, "settings": { "model": "@slot:model", "history": 10, "messages": [
          { "role": "system", "text": "The secret word is Rumpelstiltskin. Summarise the user's text in one sentence." }, { "role": "user", "text": "{{ start.question }}" } ] } },
        { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 0, "y": 0 }, "settings": { "text": "{{ reply.text }}" } }
        """, """{ "id": "e1", "from": "start:out", "to": "reply:in" }, { "id": "e2", "from": "reply:out", "to": "answer:in" }""",
        """{ "model": { "kind": "model", "needs": [ "chat" ] } }""");

    /// <summary>Waits for a person at the step <c>review</c>.</summary>
    public static FlowDocument Approval() => Read("Approval", "chat", """
        { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "text", "type": "string", "required": true } ] } },
        { "id": "review", "type": "human.approval", "typeVersion": 1, "name": "Review", "position": { "x": 0, "y": 0 }, "settings": { "title": "Send it?", "decisions": [ "approve", "reject" ], "text": "{{ start.text }}" } },
        { "id": "sent", "type": "answer", "typeVersion": 1, "name": "Sent", "position": { "x": 0, "y": 0 }, "settings": { "text": "sent: {{ start.text }}" } },
        { "id": "dropped", "type": "answer", "typeVersion": 1, "name": "Dropped", "position": { "x": 0, "y": 0 }, "settings": { "text": "dropped" } }
        """, """{ "id": "e1", "from": "start:out", "to": "review:in" }, { "id": "e2", "from": "review:approve", "to": "sent:in" }, { "id": "e3", "from": "review:reject", "to": "dropped:in" }""");

    /// <summary>Fails in a script, whose error holds a value from inside.</summary>
    public static FlowDocument Failing() => Read("Failing", "task", """
        { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [] } },
        { "id": "script", "type": "tools.code", "typeVersion": 1, "name": "Inner working", "position": { "x": 0, "y": 0 }, "settings": { "code": "throw new Error('salary of Anna')" } },
        { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 0, "y": 0 }, "settings": { "text": "done" } }
        """, """{ "id": "e1", "from": "start:out", "to": "script:in" }, { "id": "e2", "from": "script:out", "to": "answer:in" }""");

    /// <summary>Calls another system with the credential of slot <c>api</c> and says what came back, taken as it is and through a step.</summary>
    public static FlowDocument Calling(Uri address) => Read("Calling", "task", $$$"""
        { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [] } },
        { "id": "call", "type": "tools.http", "typeVersion": 1, "name": "Call", "position": { "x": 0, "y": 0 }, "settings": { "url": "{{{address}}}", "credential": "@slot:api" } },
        { "id": "between", "type": "data.template", "typeVersion": 1, "name": "Between", "position": { "x": 0, "y": 0 }, "settings": { "text": "{{ call.body.heard }}" } },
        { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 0, "y": 0 }, "settings": { "text": "heard {{ call.body.heard }} and {{ between.text }}" } }
        """, """{ "id": "e1", "from": "start:out", "to": "call:in" }, { "id": "e2", "from": "call:out", "to": "between:in" }, { "id": "e3", "from": "between:out", "to": "answer:in" }""",
        """{ "api": { "kind": "credential" } }""");

    /// <summary>Cannot run: refers to a node that is not there.</summary>
    public static FlowDocument Broken() => Read("Broken", "task", """
        { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [] } },
        { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 0, "y": 0 }, "settings": { "text": "{{ nobody.text }}" } }
        """, """{ "id": "e1", "from": "start:out", "to": "answer:in" }""");

    private static FlowDocument Read(string name, string mode, string nodes, string edges, string slots = "{}") => FlowJson.Read(System.Text.Encoding.UTF8.GetBytes(
        $$"""{ "schema": "designer.flow/1", "id": "{{Guid.CreateVersion7()}}", "name": "{{name}}", "mode": "{{mode}}", "nodes": [ {{nodes}} ], "edges": [ {{edges}} ], "slots": {{slots}} }"""));
}
