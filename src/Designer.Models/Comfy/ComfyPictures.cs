using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Microsoft.Extensions.AI;

namespace Designer.Models.Comfy;

/// <summary>Runs workflows on a ComfyUI server: hands over files and inputs, queues the job, tells what the socket says, and fetches what the history names.</summary>
internal sealed class ComfyPictures(ModelConnection connection, string? key, ModelHttp http, TimeProvider time) : IPictureMaker, IModelTrial
{
    /// <summary>So often in a row may a server that has taken a job not know it, or not answer.</summary>
    private const int Patience = 5;
    private const int SilentRounds = 10;

    private readonly ComfyServer _server = new(connection, key, http);
    private readonly SemaphoreSlim? _places = connection.Options.MaxConcurrent is { } most ? new SemaphoreSlim(most, most) : null;

    public ModelConnection Connection => connection;

    public Task<string> TryAsync(CancellationToken cancellation) => _server.DescribeAsync(cancellation);

    public async IAsyncEnumerable<PictureUpdate> MakeAsync(PictureRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ComfyWorkflow workflow = await BindAsync(request, cancellation);
        if (_places is not null) await _places.WaitAsync(cancellation);
        string? running = null;
        try
        {
            string client = Guid.NewGuid().ToString("N");
            await using ComfySocket socket = await ComfySocket.OpenAsync(connection, key, client, http, cancellation);
            running = Guid.NewGuid().ToString();
            string job = running = await _server.QueueAsync(workflow, running, client, cancellation);
            for (Task<ComfyMessage?> next = socket.NextAsync(job, cancellation); ;)
            {
                // A message may be lost; whether the job is over, a long silence is a reason to ask.
                if (await Task.WhenAny(next, Task.Delay(http.Limits.AskAgain * SilentRounds, time, cancellation)) != next)
                {
                    if (await _server.IsOverAsync(job, cancellation)) break;
                    continue;
                }
                ComfyMessage? message = await next;
                if (message is null or ComfyMessage.Over) break;
                if (Tell(message, workflow) is { } update) yield return update;
                next = socket.NextAsync(job, cancellation);
            }
            ComfyHistory history = await EndAsync(job, cancellation);
            running = null;
            if (history.Error is { } why) throw new ModelException(ModelErrorCodes.Refused, $"“{connection.Name}” did not finish the workflow: {why}.");
            if (history.Files.Count == 0) throw new ModelException(ModelErrorCodes.Refused, $"The workflow ended on “{connection.Name}”, but it saves no file. It needs a node such as Save Image.");
            foreach (ComfyFile file in history.Files)
            {
                await using Stream content = await _server.OpenAsync(file, cancellation);
                yield return new PictureUpdate.Result(file.Name, new CalledStream(content, _server.Errors));
            }
        }
        finally
        {
            if (running is not null) await _server.StopAsync(running);
            _places?.Release();
        }
    }

    private async Task<ComfyWorkflow> BindAsync(PictureRequest request, CancellationToken cancellation)
    {
        ComfyWorkflow workflow = ComfyWorkflow.Read(request.Workflow);
        // Mistakes are found before anything is handed over.
        var inputs = request.Inputs.Select(i => (Input: workflow.Find(i.Key.Trim()), i.Value)).ToList();
        foreach (var (input, value) in inputs)
            input.Set(value is DataContent file ? JsonValue.Create(await _server.UploadAsync(file, cancellation)) : JsonSerializer.SerializeToNode(value));
        return workflow;
    }

    private static PictureUpdate? Tell(ComfyMessage message, ComfyWorkflow workflow) => message switch
    {
        ComfyMessage.Queue { Jobs: > 1 } queue => new PictureUpdate.Progress($"{queue.Jobs} jobs in the server's queue"),
        ComfyMessage.Working working => new PictureUpdate.Progress(ComfyMessage.Clean(workflow.Title(working.Node), 80)),
        ComfyMessage.Step step => new PictureUpdate.Progress($"{(step.Node is { } node ? ComfyMessage.Clean(workflow.Title(node), 80) : "Step")}: {step.Value:0} of {step.Most:0}"),
        ComfyMessage.Preview preview => new PictureUpdate.Preview(preview.MediaType, preview.Picture),
        _ => null,
    };

    // The history knows a job a moment after the socket says that it is over, or long after the socket was cut.
    private async Task<ComfyHistory> EndAsync(string job, CancellationToken cancellation)
    {
        for (int failures = 0; failures < Patience; await Task.Delay(http.Limits.AskAgain, time, cancellation))
        {
            try
            {
                if (await _server.HistoryAsync(job, cancellation) is { } history) return history;
                failures = await _server.IsRunningAsync(job, cancellation) is null ? failures + 1 : 0;
            }
            catch (ModelException e) when (e.IsTransient && ++failures < Patience)
            {
                // It may come back: the job is paid for.
            }
        }
        throw _server.Errors.Bad("the server no longer knows the job that it took; it may have been restarted");
    }
}
