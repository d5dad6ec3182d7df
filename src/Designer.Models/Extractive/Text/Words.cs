using System.Collections.Frozen;
using Designer.Models.Extractive.Answering;

namespace Designer.Models.Extractive.Text;

/// <summary>Small built-in word lists: words that carry no topic, and words that mean the same in the questions people ask at work.</summary>
internal static class Words
{
    public static readonly FrozenSet<string> Stop = Set(
        "a an the and or but nor so if then than that this these those there here of to in on at by for from with without into onto over under about "
        + "as is are was were be been being am do does did doing done has have had having can could may might must shall should will would "
        + "i me my mine we us our ours you your yours he him his she her hers it its they them their theirs what which who whom whose when where why how "
        + "not no yes also just only very more most less least much many some any each every all both either neither own same such too "
        + "s t d ll re ve m up out off again once please tell show give let know say");

    // Words of a question that say little about its topic.
    private static readonly FrozenSet<string> s_weak = Stems(
        "far advance ahead soon exactly kinds get take need use want go make have happen long often soon company firm employee employees staff policy rule rules handbook "
        + "allowed permitted entitled possible maximum minimum number amount kind type way thing things mean work working person people day days new");

    // "How much can I spend on books" is about books; that money is meant is in the kind of the question already.
    private static readonly FrozenSet<string> s_weakForMoney = Stems("spend cost pay price charge worth claim reimburse back limit");
    private static readonly FrozenSet<string> s_weakForDuration = Stems("last lasts take notice time");

    private static readonly FrozenSet<string> s_weakForDate = Stems("deadline due date");

    /// <summary>Whether a stem says little about the topic of a question that waits for this kind of answer.</summary>
    public static bool IsWeak(string stem, AnswerKind kind) =>
        s_weak.Contains(stem) || (kind == AnswerKind.Money && s_weakForMoney.Contains(stem)) || (kind == AnswerKind.Duration && s_weakForDuration.Contains(stem))
        || (kind == AnswerKind.Date && s_weakForDate.Contains(stem));

    public static readonly FrozenSet<string> StopChinese = Set(
        "请问 请 一下 告诉 我 我们 你 你们 他 他们 她 它 您 的 了 是 有 在 吗 呢 吧 啊 和 与 及 或 都 也 就 还 要 能 会 可以 可否 能否 能不能 可不可以 是否 是不是 应该 应当 需要 必须 想 "
        + "什么时候 什么 怎么样 怎么办 怎么 怎样 如何 为什么 为何 谁 哪里 哪儿 哪个 哪些 哪位 哪天 在哪 何时 何处 多少钱 多少 多久 多长时间 多长 几点 几号 几 这 那 这个 那个 每 被 把 对 从 向 到 给 让 公司 员工");

    private static readonly string[] s_groups =
    [
        "holiday vacation leave pto annual", "remote home wfh telework", "pay salary wage compensation remuneration", "manager boss supervisor lead",
        "laptop computer notebook pc", "buy purchase order acquire", "reimburse refund claim repay expense", "maximum max limit cap ceiling most highest",
        "minimum min least lowest", "start begin commence", "end finish stop expire", "sick ill unwell illness sickness", "doctor physician gp medical",
        "quit resign resignation terminate", "password passphrase", "phone telephone mobile call", "car vehicle drive", "flight fly plane air airline",
        "hotel accommodation lodging", "meal food lunch dinner breakfast eat", "child kid baby", "parental maternity paternity", "birth born", "wedding marriage marry", "employee staff colleague worker personnel",
        "company firm employer organisation organization", "help support assist", "allow permit", "forbid prohibit ban", "report notify inform tell",
        "deadline due latest expire", "lose lost missing stolen theft", "certificate note proof", "carry carryover rollover transfer", "approve approval authorise authorize sign",
        "train rail railway", "abroad overseas foreign country", "probation trial", "mentor buddy", "wifi network vpn internet", "email mail", "invoice receipt bill",
        "fix repair", "delete remove erase", "create make add", "show display", "big large", "quick fast", "price cost fee charge", "customer client", "study trial research",
        "effect impact influence", "risk danger", "increase rise grow raise", "decrease fall reduce drop lower", "kilometre km mileage", "desk workplace", "pet dog cat", "gift present",
    ];

    private static readonly string[] s_chineseGroups =
    [
        "年假 休假 假期", "病假 生病", "报销 费用", "远程 在家 居家", "工资 薪水 薪资", "密码 口令", "电脑 笔记", "上限 最多 最高", "截止 期限 之前", "经理 主管 上级 领导", "酒店 住宿", "入职 新人",
        "丢失 遗失 丢了", "审批 批准", "证明 病历", "结转 顺延", "高铁 火车", "飞机 机票", "发票 收据", "开始 起始", "餐费 餐饮 用餐", "出差 差旅", "国外 境外 海外", "地址 位于",
    ];

    private static readonly FrozenDictionary<string, string[]> s_synonyms = Groups(s_groups, Stemmer.Stem);
    private static readonly FrozenDictionary<string, string[]> s_chineseSynonyms = Groups(s_chineseGroups, static w => w);

    /// <summary>Words of several parts that another single word stands for.</summary>
    public static readonly (string Phrase, string Word)[] Phrases =
    [
        ("time off", "leave"), ("days off", "leave"), ("day off", "leave"), ("carry over", "carryover"), ("roll over", "carryover"), ("from home", "remote"),
        ("pay back", "reimburse"), ("paid back", "reimburse"), ("get back", "reimburse"), ("log in", "login"), ("sign in", "login"), ("at most", "maximum"), ("call in", "report"),
    ];

    /// <summary>Other stems with the meaning of <paramref name="stem"/>.</summary>
    public static IReadOnlyList<string> Synonyms(string stem) => s_synonyms.GetValueOrDefault(stem) ?? [];

    public static IReadOnlyList<string> ChineseSynonyms(string word) => s_chineseSynonyms.GetValueOrDefault(word) ?? [];

    private static FrozenSet<string> Stems(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Stemmer.Stem).ToFrozenSet(StringComparer.Ordinal);

    private static FrozenSet<string> Set(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static FrozenDictionary<string, string[]> Groups(string[] groups, Func<string, string> stem)
    {
        var all = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var stems = group.Split(' ').Select(stem).ToArray();
            foreach (var s in stems)
            {
                if (!all.TryGetValue(s, out var others)) all[s] = others = new HashSet<string>(StringComparer.Ordinal);
                others.UnionWith(stems.Where(o => o != s));
            }
        }
        return all.ToFrozenDictionary(p => p.Key, p => p.Value.ToArray(), StringComparer.Ordinal);
    }
}
