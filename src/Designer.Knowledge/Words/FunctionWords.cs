using System.Collections.Frozen;

namespace Designer.Knowledge;

/// <summary>Words that hold a question together but say nothing about what it asks for.</summary>
internal static class FunctionWords
{
    private static readonly FrozenSet<string> English = Set("""
        a about after all also am an and any are as at be because been before being between both but by can could did do does doing done during each
        for from get gets getting give given go goes got had has have having he her here hers him his how i if in into is it its just let like
        many may me might mine much must my need needs no not of on one onto or other our ours please shall she should so some such
        tell than that the their theirs them then there these they this those to too under until us use very want wants was we were what when where
        whether which while who whom whose why will with within without would yes you your yours dont doesnt didnt cant isnt arent wont
        """);

    private static readonly FrozenSet<string> Unspaced = Set("""
        的 了 是 我 你 您 他 她 它 们 在 和 与 及 吗 呢 吧 啊 呀 嘛 有 就 也 都 着 之 于 而 则 这 那 哪 谁 请 想
        什么 怎么 怎样 如何 多少 多久 多长 多大 哪些 哪里 哪个 哪儿 这个 那个 这些 那些 为什么 为何 是否 是不是 有没有 可以 能否 能不能 可不可以 可否
        需要 请问 一个 一下 怎么办 应该 时候 告诉 知道 关于 如果 我们 你们 他们 咱们
        の は が を に で と も へ から まで です ます ですか ますか ください どう いつ どこ なに 何
        """);

    private const int LongestUnspaced = 4;

    public static bool Contains(string foldedWord) => English.Contains(foldedWord);

    /// <summary>Which characters of a run belong to function words, taking the longest word at each place.</summary>
    public static bool[] Mark(IReadOnlyList<string> characters)
    {
        var marks = new bool[characters.Count];
        for (int at = 0; at < characters.Count;)
        {
            int length = Math.Min(LongestUnspaced, characters.Count - at);
            while (length > 0 && !Unspaced.Contains(string.Concat(characters.Skip(at).Take(length)))) length--;
            for (int end = at + length; at < end; at++) marks[at] = true;
            if (length == 0) at++;
        }
        return marks;
    }

    private static FrozenSet<string> Set(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
