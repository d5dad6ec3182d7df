namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>Small flows to run from files.</summary>
internal static class Documents
{
    public const string Greeting = """
        {
          "schema": "designer.flow/1",
          "id": "0198f2c4-0000-7000-8000-00000000000a",
          "name": "Greeting",
          "mode": "task",
          "nodes": [
            { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "who", "type": "string", "required": true } ] } },
            { "id": "greet", "type": "data.template", "typeVersion": 1, "name": "Greet", "position": { "x": 280, "y": 0 }, "settings": { "text": "Hello {{ start.who }}!" } },
            { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "{{ greet.text }}" } }
          ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "greet:in" }, { "id": "e2", "from": "greet:out", "to": "answer:in" } ]
        }
        """;

    /// <summary>Reads a file, and names others.</summary>
    public const string Reading = """
        {
          "schema": "designer.flow/1",
          "id": "0198f2c4-0000-7000-8000-0000000000f1",
          "name": "Reading",
          "mode": "task",
          "nodes": [
            { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [
              { "name": "note", "type": "file", "required": true }, { "name": "others", "type": "array<file>" }, { "name": "count", "type": "integer" } ] } },
            { "id": "read", "type": "data.readFile", "typeVersion": 1, "name": "Read", "position": { "x": 280, "y": 0 }, "settings": { "file": "{{ start.note }}" } },
            { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "{{ read.name }}: {{ read.text }} ({{ start.others | map: 'name' | join: ', ' }})" } }
          ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "read:in" }, { "id": "e2", "from": "read:out", "to": "answer:in" } ]
        }
        """;

    /// <summary>Answers from a knowledge base, with citations.</summary>
    public const string Asking = """
        {
          "schema": "designer.flow/1",
          "id": "0198f2c4-0000-7000-8000-00000000000b",
          "name": "Asking",
          "mode": "task",
          "nodes": [
            { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "question", "type": "string", "required": true } ] } },
            { "id": "search", "type": "knowledge.search", "typeVersion": 1, "name": "Search", "position": { "x": 280, "y": 0 }, "settings": { "knowledgeBase": "@slot:handbook", "query": "{{ start.question }}" } },
            { "id": "reply", "type": "model.chat", "typeVersion": 1, "name": "Reply", "position": { "x": 560, "y": 0 }, "settings": { "model": "@slot:model", "messages": [
              { "role": "system", "text": "Answer from the context only.\n{{ search.chunks | context }}" }, { "role": "user", "text": "{{ start.question }}" } ] } },
            { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 840, "y": 0 }, "settings": { "text": "{{ reply.text }}", "citations": "{{ reply.citations }}" } }
          ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "search:in" }, { "id": "e2", "from": "search:out", "to": "reply:in" }, { "id": "e3", "from": "reply:out", "to": "answer:in" } ],
          "slots": { "model": { "kind": "model", "needs": [ "chat" ] }, "handbook": { "kind": "knowledgeBase" } }
        }
        """;

    /// <summary>Puts passages in order, and counts a vector's numbers.</summary>
    public const string Ordering = """
        {
          "schema": "designer.flow/1",
          "id": "0198f2c4-0000-7000-8000-0000000000f2",
          "name": "Ordering",
          "mode": "task",
          "nodes": [
            { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "texts", "type": "array<string>", "required": true } ] } },
            { "id": "embed", "type": "models.embed", "typeVersion": 1, "name": "Embed", "position": { "x": 280, "y": 0 }, "settings": { "model": "@slot:embedder", "texts": "{{ start.texts }}" } },
            { "id": "rank", "type": "models.rerank", "typeVersion": 1, "name": "Rank", "position": { "x": 560, "y": 0 }, "settings": { "model": "@slot:ranker", "query": "What is long?", "passages": "{{ start.texts }}" } },
            { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 840, "y": 0 }, "settings": { "text": "{{ rank.chunks | map: 'text' | join: ', ' }} ({{ embed.dimensions }})" } }
          ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "embed:in" }, { "id": "e2", "from": "embed:out", "to": "rank:in" }, { "id": "e3", "from": "rank:out", "to": "answer:in" } ],
          "slots": { "embedder": { "kind": "model", "needs": [ "embedding" ] }, "ranker": { "kind": "model", "needs": [ "rerank" ] } }
        }
        """;

    /// <summary>Says what a model says.</summary>
    public const string Chatting = """
        {
          "schema": "designer.flow/1",
          "id": "0198f2c4-0000-7000-8000-00000000000c",
          "name": "Chatting",
          "mode": "task",
          "nodes": [
            { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [] } },
            { "id": "reply", "type": "model.chat", "typeVersion": 1, "name": "Reply", "position": { "x": 280, "y": 0 }, "settings": { "model": "@slot:model", "messages": [ { "role": "user", "text": "Say something." } ] } },
            { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "{{ reply.text }}" } }
          ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "reply:in" }, { "id": "e2", "from": "reply:out", "to": "answer:in" } ],
          "slots": { "model": { "kind": "model" } }
        }
        """;

    /// <summary>Calls the system at HOST with the credential of slot <c>api</c>, and says what it said.</summary>
    public const string Calling = """
        {
          "schema": "designer.flow/1",
          "id": "0198f2c4-0000-7000-8000-00000000000f",
          "name": "Calling",
          "mode": "task",
          "nodes": [
            { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [] } },
            { "id": "call", "type": "tools.http", "typeVersion": 1, "name": "Call", "position": { "x": 280, "y": 0 }, "settings": { "url": "http://HOST/", "credential": "@slot:api" } },
            { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "{{ call.body }}" } }
          ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "call:in" }, { "id": "e2", "from": "call:out", "to": "answer:in" } ],
          "slots": { "api": { "kind": "credential" } }
        }
        """;

    /// <summary>Waits for a person, then says what was decided.</summary>
    public const string Approving = """
        {
          "schema": "designer.flow/1",
          "id": "0198f2c4-0000-7000-8000-00000000000d",
          "name": "Approving",
          "mode": "task",
          "nodes": [
            { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "letter", "type": "string", "required": true } ] } },
            { "id": "approve", "type": "human.approval", "typeVersion": 1, "name": "Approve", "position": { "x": 280, "y": 0 }, "settings": { "title": "Send this letter?", "text": "{{ start.letter }}", "decisions": [ "send", "discard" ] } },
            { "id": "sent", "type": "answer", "typeVersion": 1, "name": "Sent", "position": { "x": 560, "y": 0 }, "settings": { "text": "Sent: {{ start.letter }}" } },
            { "id": "dropped", "type": "answer", "typeVersion": 1, "name": "Dropped", "position": { "x": 560, "y": 120 }, "settings": { "text": "Not sent." } }
          ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "approve:in" }, { "id": "e2", "from": "approve:send", "to": "sent:in" }, { "id": "e3", "from": "approve:discard", "to": "dropped:in" } ]
        }
        """;

    public const string Handbook = """
        # Annual leave

        ## Carry-over
        Up to five days may be carried over into the next year. Carried-over days must be taken by 31 March.

        ## Requests
        Ask your manager two weeks before the leave begins.
        """;
}
