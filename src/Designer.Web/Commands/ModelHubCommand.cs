using System.CommandLine;
using Designer.Models.Connections;
using Designer.Models.Hub;
using Designer.Models.Onnx.Sessions;
using Designer.Web.Features.Access;
using Designer.Web.Features.Models;

namespace Designer.Web.Commands;

/// <summary><c>model add --hub</c>: downloads a public model and connects it. Ctrl+C pauses; the same command goes on.</summary>
internal static class ModelHubCommand
{
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);
    private static readonly Option<string?> s_hub = new("--hub") { HelpName = "OWNER/NAME", Description = "Instead of a server: a public model that is downloaded from the hub (the setting hub:address, usually huggingface.co)" };
    private static readonly Option<string?> s_variant = new("--variant") { HelpName = "FORM", Description = "Of a model with several forms: full, fp16, q4 …, or the path of its .onnx file" };
    private static readonly Option<string?> s_revision = new("--revision") { HelpName = "REVISION", Description = "A branch, tag or commit. Default: main" };
    private static readonly Option<string?> s_credential = new("--credential") { HelpName = "NAME", Description = "The credential that holds a token of the hub, for models with terms" };
    private static readonly Option<bool> s_yes = new("--yes") { Description = "Accept the model's terms and download it without asking" };

    public static Command AddTo(Command command)
    {
        foreach (Option option in new Option[] { s_hub, s_variant, s_revision, s_credential, s_yes }) command.Add(option);
        return command;
    }

    public static bool IsMeant(Session session) => session.Value(s_hub) is not null;

    /// <param name="name">Empty: made of the model's.</param>
    public static async Task AddAsync(Session session, string name)
    {
        SignedInMember by = await session.MemberAsync();
        HubDownloads downloads = await session.GetAsync<HubDownloads>();
        string? credential = session.Value(s_credential);
        HubModel model = await downloads.FindAsync(by.WorkspaceId, session.Value(s_hub)!, session.Value(s_revision), credential, session.Stop);
        HubVariant variant = Choose(model, session.Value(s_variant));
        await AgreeAsync(session, model, variant);
        HubDownload download = await downloads.StartAsync(by.WorkspaceId, model, variant, name.Length > 0 ? name : ModelForm.NameOf(model.Id), credential, session.Stop);
        ModelConnection saved = await FollowAsync(session, downloads, download);
        if (session.WantsJson) session.Terminal.Json(ModelCommands.Shown(saved));
        else session.Terminal.Line($"Connected {saved.Name}. Try it: model test {saved.Name}");
    }

    private static HubVariant Choose(HubModel model, string? wanted)
    {
        IReadOnlyList<HubVariant> variants = HubVariant.Of(model);
        if (variants.Count == 0)
        {
            throw new CommandFailure(HubVariant.IsMadeOfParts(model)
                ? $"{model.Id} is made of several graphs, such as an encoder and a decoder, that no kind of model here is made of. Nothing can be downloaded."
                : $"{model.Id} has no .onnx file, so it cannot run here. Look for its ONNX export.");
        }
        string all = string.Join(", ", variants.Select(v => $"{v.Label} ({ByteSize.Of(v.Bytes)})"));
        if (wanted is null) return variants.Count == 1 ? variants[0] : throw new CommandFailure($"{model.Id} has several forms; choose one with --variant: {all}.", ExitCode.Usage);
        return variants.FirstOrDefault(v => v.Label == wanted || v.Graph == wanted) ?? throw new CommandFailure($"{model.Id} has no form \"{wanted}\". It has: {all}.");
    }

    private static async Task AgreeAsync(Session session, HubModel model, HubVariant variant)
    {
        session.Terminal.Note($"{model.Id} at {model.Commit[..7]}, form {variant.Label}. Licence: {model.Licence ?? "none named"}.{(model.IsGated ? " It asks for agreement on its page." : "")}");
        foreach (HubFile file in variant.Files) session.Terminal.Note($"  {file.Size,16:N0}  {file.Path}");
        session.Terminal.Note($"  {variant.Bytes,16:N0}  in all");
        if (session.Value(s_yes)) return;
        string question = $"Accept its terms and download {ByteSize.Of(variant.Bytes)}?";
        if (!Terminal.CanAsk) throw new CommandFailure($"{question} Say so with --yes.");
        session.Terminal.Note($"{question} [y/N]");
        if ((await session.Terminal.ReadLineAsync(session.Stop))?.Trim().ToLowerInvariant() is not ("y" or "yes")) throw new CommandFailure("Nothing was downloaded.");
    }

    private static async Task<ModelConnection> FollowAsync(Session session, HubDownloads downloads, HubDownload download)
    {
        Task<ModelConnection> work = downloads.WaitAsync(download.Id);
        try
        {
            while (await Task.WhenAny(work, Task.Delay(s_step, session.Stop)) != work)
            {
                session.Stop.ThrowIfCancellationRequested();
                if (downloads.List(download.WorkspaceId).FirstOrDefault(d => d.Id == download.Id) is { } now)
                    session.Terminal.Note($"{now.Share,4:0%}  {ByteSize.Of(now.Bytes)} of {ByteSize.Of(now.Variant.Bytes)}{(now.BytesPerSecond > 0 ? $", {ByteSize.Of((long)now.BytesPerSecond)} a second" : "")}");
            }
            return await work;
        }
        catch (OperationCanceledException) when (session.Stop.IsCancellationRequested)
        {
            await downloads.PauseAsync(download.WorkspaceId, download.Id);
            session.Terminal.Note("What is here is kept; the same command goes on.");
            throw;
        }
    }
}
