using Microsoft.Playwright;

namespace Designer.EndToEnd.Tests.Browser;

public static class FileChoice
{
    /// <summary>Chooses a file in the open dialog. Its input listens only a moment after it is shown; a file that is chosen before goes unheard.</summary>
    public static async Task ChooseFileAsync(this IPage page, FilePayload file)
    {
        await page.WaitForFunctionAsync("() => document.querySelector('[role=dialog] input[type=file]')?._blazorInputFileNextFileId !== undefined", options: new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Dialog).Locator("input[type=file]").SetInputFilesAsync(file);
    }
}
