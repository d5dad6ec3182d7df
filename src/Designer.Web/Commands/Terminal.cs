using System.Text;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Web.Commands;

/// <summary>Where a command reads and writes. Results go to standard output, notes and reasons to standard error; both in UTF-8, whatever the locale says.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, TextReader input)
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly JsonSerializerOptions s_indented = new(FlowJson.Options) { WriteIndented = true };

    private bool _isOpen;

    /// <summary>The streams of this process.</summary>
    public static Terminal Standard { get; } = new(Writer(Console.OpenStandardOutput()), Writer(Console.OpenStandardError()), new StreamReader(Console.OpenStandardInput(), s_utf8));

    /// <summary>A person sits there and can be asked.</summary>
    public static bool CanAsk => !Console.IsInputRedirected;

    public static bool ShowsOutput => !Console.IsOutputRedirected;

    public void Line(string text = "")
    {
        output.WriteLine(PlainText.Clean(text));
        _isOpen = false;
    }

    public void Write(string text)
    {
        if (text.Length == 0) return;
        output.Write(PlainText.Clean(text));
        _isOpen = text[^1] != '\n';
    }

    /// <summary>Ends the line that <see cref="Write"/> left open.</summary>
    public void EndLine()
    {
        if (_isOpen) Line();
    }

    /// <summary>Bytes as they are into a pipe or file; neutralised on a screen.</summary>
    public void Document(ReadOnlyMemory<byte> utf8)
    {
        string text = s_utf8.GetString(utf8.Span);
        output.Write(ShowsOutput ? PlainText.CleanJson(text) : text);
    }

    public void Json<T>(T value) => output.WriteLine(PlainText.CleanJson(JsonSerializer.Serialize(value, s_indented)));

    /// <summary>To standard error: what a person wants to know and a script does not.</summary>
    public void Note(string text)
    {
        // On one screen a note must not go on where the answer stopped.
        if (ShowsOutput && !Console.IsErrorRedirected) EndLine();
        error.WriteLine(PlainText.Clean(text));
    }

    /// <summary>To standard error, in one line.</summary>
    public void Reason(string reason) => Note(PlainText.OneLine(reason));

    /// <summary>Columns of equal width; the last one may be as long as it likes.</summary>
    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<string[]> lines = [[.. heads], .. rows.Select(row => row.Select(cell => PlainText.OneLine(cell, 100)).ToArray())];
        int[] widths = [.. heads.Select((_, column) => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines) output.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>Null at the end of the input.</summary>
    public Task<string?> ReadLineAsync(CancellationToken cancellation) => Unblocked(input.ReadLine, cancellation);

    // A read from the console blocks and knows no cancellation; Ctrl+C must end the command all the same.
    private static Task<T> Unblocked<T>(Func<T> read, CancellationToken cancellation) => Task.Run(read, CancellationToken.None).WaitAsync(cancellation);

    /// <summary>All of standard input.</summary>
    /// <exception cref="CommandFailure">It is longer than <paramref name="most"/> characters.</exception>
    public async Task<string> ReadAllAsync(int most, CancellationToken cancellation)
    {
        StringBuilder text = new();
        char[] buffer = new char[16 * 1024];
        while (await Unblocked(() => input.Read(buffer), cancellation) is > 0 and var read)
        {
            if (text.Length + read > most) throw new CommandFailure($"Standard input has more than {most:N0} characters.");
            text.Append(buffer, 0, read);
        }
        return text.ToString();
    }

    /// <summary>One line that is not shown while it is typed: a password or a key.</summary>
    public async Task<string> SecretAsync(string what, CancellationToken cancellation)
    {
        string? secret;
        if (CanAsk)
        {
            error.Write($"{what}: ");
            secret = await Unblocked(Hidden, cancellation);
            error.WriteLine();
        }
        else secret = await ReadLineAsync(cancellation);
        return string.IsNullOrEmpty(secret) ? throw new CommandFailure($"The {what.ToLowerInvariant()} is missing: send it as the first line of standard input.") : secret;
    }

    private static string Hidden()
    {
        StringBuilder typed = new();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }
        return typed.ToString();
    }

    private static StreamWriter Writer(Stream stream) => new(stream, s_utf8) { AutoFlush = true, NewLine = "\n" };
}
