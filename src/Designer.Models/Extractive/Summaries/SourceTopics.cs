using Designer.Models.Extractive.Answering;
using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Summaries;

/// <summary>Finds the sources that a request for a summary is about: "summarise the leave rules" leaves out travel.</summary>
internal static class SourceTopics
{
    // Words of asking for a summary; they name no topic.
    private const string Asking = "summary summaries summarise summarize summarising please sources source text document documents short brief briefly sentence sentences bullet bullets point points key main words "
        + "one two three four five six seven eight nine ten list write title everything above following content 总结 摘要 概括 概述 归纳 要点 资料 内容 文字 标题 句话 两句 三句 一句";

    /// <summary>All sources when the request names no topic or none of them holds it.</summary>
    public static IReadOnlyList<Source> About(IReadOnlyList<Source> sources, string request)
    {
        var lexicon = new Lexicon();
        var asking = Tokenizer.ReadTopical(Asking, lexicon).ToHashSet();
        var topic = Question.Read(request, null, lexicon).Terms.Where(t => !asking.Contains(t.Term) && t.Weight >= 1).ToArray();
        if (topic.Length == 0) return sources;
        var shares = sources.Select(s =>
        {
            var terms = Tokenizer.ReadTopical(s.Title + "\n" + s.Text, lexicon).ToHashSet();
            return topic.Count(t => terms.Contains(t.Term)) / (double)topic.Length;
        }).ToArray();
        var most = shares.DefaultIfEmpty().Max();
        return most == 0 ? sources : [.. sources.Where((_, i) => shares[i] > most / 2)];
    }
}
