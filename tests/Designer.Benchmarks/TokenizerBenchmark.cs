using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Designer.Models.Onnx.Constraints;
using Designer.Models.Onnx.Templates;
using Designer.Models.Onnx.Tokenizers;
using Microsoft.ML.Tokenizers;
using Tokenizer = Designer.Models.Onnx.Tokenizers.Tokenizer;

namespace Designer.Benchmarks;

/// <summary>Text to tokens and back beside Microsoft.ML.Tokenizers where that gives the same ids; and what masks and chat templates cost.</summary>
internal static class TokenizerBenchmark
{
    private const int WarmRounds = 20, Rounds = 40;
    private static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(40);
    private const string Gpt2Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public static int Run()
    {
        if (Up("shared/models") is not { } beside)
        {
            Console.Error.WriteLine("Put the shared folder with models beside the checkout.");
            return 2;
        }
        string models = Path.Combine(beside, "shared", "models"), english = Text(), mixed = Mixed();
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, one thread, best of {Rounds} rounds by turns. English: the documentation of this repository, {english.Length / 1024} KiB; mixed: 8 scripts, code and emoji, {mixed.Length / 1024} KiB.");
        Console.WriteLine();
        Console.WriteLine("| vocabulary | text | MB/s | Microsoft.ML.Tokenizers MB/s | ratio | same ids |");
        Console.WriteLine("|---|---|--:|--:|--:|---|");
        foreach ((string name, string text) in (ReadOnlySpan<(string, string)>)[("English", english), ("mixed", mixed)])
        {
            Compare("GPT-2 (byte-level BPE)", name, text, Tokenizer.Load(Path.Combine(models, "tokenizer-gpt2")), Gpt2(Path.Combine(models, "tokenizer-gpt2")));
            Compare("Phi-3 (BPE, byte fallback)", name, text, Tokenizer.Load(Path.Combine(models, "tokenizer-phi3")), null);
            Compare("stories260k (SentencePiece BPE)", name, text, Tokenizer.Load(Path.Combine(models, "stories260k")), SentencePiece(Path.Combine(models, "stories260k", "tokenizer.model")));
            Compare("use-lite-en (SentencePiece unigram)", name, text, Tokenizer.Load(Path.Combine(models, "use-lite-en")), SentencePiece(Path.Combine(models, "use-lite-en", "tokenizer.model")));
        }
        Console.WriteLine();
        Streaming(Tokenizer.Load(Path.Combine(models, "tokenizer-gpt2")), english);
        Masks(Tokenizer.Load(Path.Combine(models, "tokenizer-gpt2")));
        Templates(models);
        return 0;
    }

    private static void Compare(string vocabulary, string name, string text, Tokenizer ours, Microsoft.ML.Tokenizers.Tokenizer? theirs)
    {
        double bytes = Encoding.UTF8.GetByteCount(text) / 1e6;
        // Turn about, so that what else the machine does falls on both.
        double[] seconds = Best([() => ours.Encode(text, addSpecial: false).Length, .. theirs is null ? (Func<int>[])[] : [() => theirs.EncodeToIds(text).Count]]);
        string mine = string.Create(CultureInfo.InvariantCulture, $"| {vocabulary} | {name} | {bytes / seconds[0]:0.0} |");
        if (theirs is null) Console.WriteLine($"{mine} none reads it | | |");
        else Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mine} {bytes / seconds[1]:0.0} | {seconds[1] / seconds[0]:0.0} | {(theirs.EncodeToIds(text).SequenceEqual(ours.Encode(text, addSpecial: false)) ? "yes" : "no")} |"));
    }

    private static void Streaming(Tokenizer tokenizer, string text)
    {
        int[] ids = tokenizer.Encode(text);
        double seconds = Best(() =>
        {
            StreamingDecoder stream = tokenizer.Stream();
            int length = 0;
            foreach (int id in ids) length += stream.Append(id).Length;
            return length;
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"streaming, GPT-2: {seconds / ids.Length * 1e9:0} ns a token"));
    }

    private static void Masks(Tokenizer tokenizer)
    {
        JsonElement schema = JsonElement.Parse("""{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}}},"required":["name","age"]}""");
        int[] answer = tokenizer.Encode("""{"name": "Ada Lovelace, who wrote the first program", "age": 36, "tags": ["mathematics", "engines"]}""");
        TokenTrie tokens = new(tokenizer, [50256], tokenizer.VocabularySize);
        float[] logits = new float[tokens.Size];
        double first = Best(() => Walk(new JsonConstraint(schema, tokens).Begin(), answer, null));
        JsonConstraint known = new(schema, tokens);
        double again = Best(() => Walk(known.Begin(), answer, null)), applied = Best(() => Walk(known.Begin(), answer, logits));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"JSON masks over {tokens.Size:N0} tokens, an answer of {answer.Length}: {first / answer.Length * 1e6:0} µs a token the first time, {again / answer.Length * 1e6:0.00} µs when known, {applied / answer.Length * 1e6:0} µs with the logits masked"));
    }

    private static int Walk(JsonGuide guide, int[] answer, float[]? logits)
    {
        int words = 0;
        foreach (int id in answer)
        {
            words += guide.Allowed().Length;
            if (logits is not null) guide.Apply(logits);
            guide.Advance(id);
        }
        return words;
    }

    private static void Templates(string models)
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(models, "tokenizer-phi3", "tokenizer_config.json")));
        ChatTemplate template = ChatTemplate.Parse(config.RootElement.GetProperty("chat_template").GetString()!);
        JsonElement messages = JsonElement.Parse($"[{string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"role":"{{(i % 2 == 0 ? "user" : "assistant")}}","content":"Message number {{i}} of this conversation."}"""))}]");
        double seconds = Best(() => template.Render(new ChatTemplateInput(messages)).Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"chat template of Phi-3, 40 messages: {seconds * 1e6:0} µs"));
    }

    private static double Best(Func<int> what) => Best([what])[0];

    /// <summary>The best time of one call of each, in rounds by turns: the machine is shared, and whatever else runs on it only ever adds. First
    /// long enough warm, so that the code is compiled for good.</summary>
    private static double[] Best(Func<int>[] subjects)
    {
        double[] best = [.. subjects.Select(_ => double.MaxValue)];
        for (int round = -WarmRounds; round < Rounds; round++)
        {
            for (int i = 0; i < subjects.Length; i++)
            {
                long from = Stopwatch.GetTimestamp();
                int times = 0;
                do times += 1 + (subjects[i]() & 0);
                while (Stopwatch.GetElapsedTime(from) < s_round);
                if (round >= 0) best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(from).TotalSeconds / times);
            }
        }
        return best;
    }

    private static BpeTokenizer Gpt2(string folder)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")));
        JsonElement model = json.RootElement.GetProperty("model");
        Dictionary<string, int> added = json.RootElement.GetProperty("added_tokens").EnumerateArray().DistinctBy(t => t.GetProperty("content").GetString()).ToDictionary(t => t.GetProperty("content").GetString()!, t => t.GetProperty("id").GetInt32());
        return BpeTokenizer.Create(new BpeOptions(model.GetProperty("vocab").EnumerateObject().Select(t => KeyValuePair.Create(t.Name, t.Value.GetInt32())))
        {
            Merges = model.GetProperty("merges").EnumerateArray().Select(m => m.GetString()!).ToList(),
            ByteLevel = true,
            SpecialTokens = added,
            PreTokenizer = new RegexPreTokenizer(new Regex(Gpt2Words, RegexOptions.Compiled), added),
        });
    }

    private static SentencePieceTokenizer SentencePiece(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
    }

    private static string Text() => string.Join('\n', Directory.EnumerateFiles(Path.Combine(Up("Designer.sln")!, "docs"), "*.md", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(File.ReadAllText));

    private static string Mixed()
    {
        string[] lines =
        [
            "The quick brown fox jumps over the lazy dog, 42 times.", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.", "Съешь же ещё этих мягких французских булок.",
            "日本語のテキストには単語の間に空白がありません。", "中文文本也没有空格，但有标点。", "한국어 문장은 띄어쓰기를 합니다.", "نص عربي من اليمين إلى اليسار.", "हिन्दी में लिखा हुआ वाक्य।",
            "for (int i = 0; i < n; ++i) { sum += a[i] * b[i]; }  // dot product", "🤖🚀 👨‍👩‍👧‍👦 emoji ❤️ in between",
        ];
        Random random = new(7);
        StringBuilder text = new();
        for (int i = 0; i < 4_000; i++) text.AppendLine(lines[random.Next(lines.Length)]);
        return text.ToString();
    }

    /// <summary>The nearest folder above that holds something of a name.</summary>
    private static string? Up(string name)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Exists(Path.Combine(at.FullName, name))) return at.FullName;
        return null;
    }
}
