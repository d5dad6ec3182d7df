using System.Text.RegularExpressions;

namespace Designer.Models.Extractive.Answering;

/// <summary>What kind of answer a question waits for.</summary>
internal enum AnswerKind
{
    Any,
    Count,
    Money,
    Duration,
    Date,
    Frequency,
    Person,
    Place,
    Reason,
    Manner,
    Contact,
    YesNo,
    Definition,
}

/// <summary>Tells what a question asks for, and whether a sentence has such a thing in it.</summary>
internal static partial class AnswerKinds
{
    public static AnswerKind Of(string question) => Text.Tokenizer.IsMostlyCjk(question) ? OfChinese(question) : OfEnglish(question);

    /// <summary>Kinds that a sentence cannot answer without holding a number, a time or an amount.</summary>
    public static bool IsQuantity(AnswerKind kind) => kind is AnswerKind.Count or AnswerKind.Money or AnswerKind.Duration or AnswerKind.Date or AnswerKind.Frequency;

    /// <summary>How clearly the sentence holds what the kind waits for, 0 to 1.</summary>
    public static double Match(AnswerKind kind, string sentence) => kind switch
    {
        AnswerKind.Count => If(Number().IsMatch(sentence) || Unlimited().IsMatch(sentence)),
        AnswerKind.Money => If(Money().IsMatch(sentence) || MoneyWords().IsMatch(sentence)),
        AnswerKind.Duration => If(Duration().IsMatch(sentence)),
        // A date surely answers "when", "within three days" may, "five days" hardly.
        AnswerKind.Date => Date().IsMatch(sentence) ? 1 : Moment().IsMatch(sentence) ? 0.6 : Duration().IsMatch(sentence) ? 0.3 : 0,
        AnswerKind.Frequency => If(Frequency().IsMatch(sentence)),
        AnswerKind.Person => If(Person().IsMatch(sentence) || ProperName().IsMatch(sentence)),
        AnswerKind.Place => If(Place().IsMatch(sentence)),
        AnswerKind.Reason => If(Reason().IsMatch(sentence)),
        AnswerKind.Manner => If(Manner().IsMatch(sentence)),
        AnswerKind.Contact => If(Contact().IsMatch(sentence)),
        AnswerKind.YesNo => If(Modal().IsMatch(sentence)),
        AnswerKind.Definition => If(Copula().IsMatch(sentence)),
        _ => 1,
    };

    private static double If(bool has) => has ? 1 : 0;

    private static AnswerKind OfEnglish(string question)
    {
        var q = question.ToLowerInvariant();
        if (ContactQuestion().IsMatch(q)) return AnswerKind.Contact;
        if (q.Contains("how many", StringComparison.Ordinal)) return AnswerKind.Count;
        if (q.Contains("how much", StringComparison.Ordinal)) return MoneyQuestion().IsMatch(q) ? AnswerKind.Money : AnswerKind.Count;
        if (q.Contains("how often", StringComparison.Ordinal) || q.Contains("how frequently", StringComparison.Ordinal)) return AnswerKind.Frequency;
        if (DurationQuestion().IsMatch(q)) return AnswerKind.Duration;
        if (DateQuestion().IsMatch(q)) return AnswerKind.Date;
        if (PlaceQuestion().IsMatch(q)) return AnswerKind.Place;
        if (PersonQuestion().IsMatch(q)) return AnswerKind.Person;
        if (ReasonQuestion().IsMatch(q)) return AnswerKind.Reason;
        if (AmountQuestion().IsMatch(q)) return AnswerKind.Count;
        if (YesNoQuestion().IsMatch(q)) return AnswerKind.YesNo;
        if (MannerQuestion().IsMatch(q)) return AnswerKind.Manner;
        return DefinitionQuestion().IsMatch(q) ? AnswerKind.Definition : AnswerKind.Any;
    }

    private static AnswerKind OfChinese(string q)
    {
        if (ChineseContact().IsMatch(q)) return AnswerKind.Contact;
        if (ChineseMoney().IsMatch(q)) return AnswerKind.Money;
        if (ChineseFrequency().IsMatch(q)) return AnswerKind.Frequency;
        if (ChineseDate().IsMatch(q)) return AnswerKind.Date;
        if (ChineseDuration().IsMatch(q)) return AnswerKind.Duration;
        if (ChineseCount().IsMatch(q)) return AnswerKind.Count;
        if (ChinesePlace().IsMatch(q)) return AnswerKind.Place;
        if (q.Contains('谁') || q.Contains("哪位", StringComparison.Ordinal)) return AnswerKind.Person;
        if (ChineseReason().IsMatch(q)) return AnswerKind.Reason;
        if (ChineseManner().IsMatch(q)) return AnswerKind.Manner;
        return ChineseYesNo().IsMatch(q) ? AnswerKind.YesNo : AnswerKind.Any;
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    private const string Months = "january|february|march|april|june|july|august|september|october|november|december";
    private const string NumberWords = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand|million|half|twice|double|once|single|quarter|none|no more than";
    private const string Units = "seconds?|minutes?|hours?|days?|nights?|weeks?|fortnight|months?|quarters?|years?";

    [GeneratedRegex(@"\d|\b(?:" + NumberWords + @")\b|\bone (?:" + Units + @"|time|person|per|of)\b|[一二两三四五六七八九十百千万半]+\s?[个天日周月年小分次元%名位人份张条项倍晚]", Loose)]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(?:unlimited|no limit|all|none|full|share|proportion\w*|pro rata)\b|不限|全部|全额|比例", Loose)]
    private static partial Regex Unlimited();

    [GeneratedRegex(@"[€$£¥￥]\s?\d|\d\s?(?:€|\$|£|¥|%|euros?|eur|dollars?|usd|pounds?|gbp|yuan|rmb|cny|cents?|percent|元|块|美元|欧元|万)|[一二两三四五六七八九十百千万]+\s?(?:元|块|美元|欧元)", Loose)]
    private static partial Regex Money();

    [GeneratedRegex(@"\b(?:free of charge|for free|no charge|in full|(?:" + NumberWords + @")\s+(?:euros?|dollars?|pounds?|percent|cents))\b|免费|全额|百分之", Loose)]
    private static partial Regex MoneyWords();

    [GeneratedRegex(@"(?:\d+|\b(?:an?|one|" + NumberWords + @"))[\s-]+(?:\p{L}+[\s-]+){0,2}(?:" + Units + @")\b|\b(?:immediately|at once|right away|same day|indefinitely|permanently)\b|[\d一二两三四五六七八九十百半几]+\s?个?(?:工作日|自然日|天|日|周|星期|月|年|小时|分钟|季度)|立即|马上|当天|当日", Loose)]
    private static partial Regex Duration();

    [GeneratedRegex(@"\b(?:" + Months + @"|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?s?\b|\bmay \d|\d may\b|\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m|p\.m|o'clock)|\b\d{1,2}(?:st|nd|rd|th)\b|\d+\s?[月号日点年]|[一二三四五六七八九十]+[月号日点]|(?:周|星期)[一二三四五六日天]", Loose)]
    private static partial Regex Date();

    [GeneratedRegex(@"\b(?:before|after|within|by the end|end of|start of|beginning of|as soon as|at the latest|no later than|noon|midnight|morning|evening|upon|during|every|each)\b|之前|之后|以内|月底|年底|年初|月初|届满", Loose)]
    private static partial Regex Moment();

    [GeneratedRegex(@"\b(?:every|each|per|once|twice|daily|weekly|fortnightly|monthly|quarterly|yearly|annually|annual|times an?|hourly)\b|每|一次|两次|\d+次|定期", Loose)]
    private static partial Regex Frequency();

    [GeneratedRegex(@"\b(?:(?:manager|supervisor|lead|leader|head|director|officer|team|department|desk|office|board|committee|owner|founder|president|chair|accountant|administrator|employee|colleague|mentor|author|doctor|physician|patient|contractor)s?|hr|human resources|ceo|cto|cfo|secretary|staff|buddy|everyone|anyone|nobody|you)\b|@|经理|主管|部门|部|人力资源|总监|财务|行政|同事|导师|董事|负责人|员工|团队|客服|医生", Loose)]
    private static partial Regex Person();

    [GeneratedRegex(@"(?<=\S\s)\p{Lu}\p{Ll}+\s\p{Lu}\p{Ll}+|\b(?:Mr|Ms|Mrs|Dr|Prof)\.? \p{Lu}", RegexOptions.CultureInvariant)]
    private static partial Regex ProperName();

    [GeneratedRegex(@"\b(?:in|at|on|from|to|under|near|behind|inside|into) (?:the |a |an |our |your |its )?\p{L}|\b(?:room|floor|building|street|office|desk|portal|page|folder|reception|intranet|website|hotel|warehouse|kitchen|basement|site|campus|locker|cabinet|https?:)\b|楼|大厅|前台|门户|系统|网站|路\d|街|地址|位于|内网|柜|园区", Loose)]
    private static partial Regex Place();

    [GeneratedRegex(@"\b(?:because|since|so that|due to|in order to|therefore|thus|reason|as a result|owing to|to (?:protect|avoid|ensure|prevent|keep|make sure|reduce|help|meet|comply)|otherwise|purpose|caused by)\b|因为|由于|以便|为了|以免|避免|因此|所以|原因|以确保|防止", Loose)]
    private static partial Regex Reason();

    [GeneratedRegex(@"\b(?:by|via|using|use|through|with|must|should|need to|please|fill|submit|send|ask|open|click|enter|call|write|report|book|go to|tell|request|choose|select|upload|attach|contact|log|follow|connect)\b|通过|使用|提交|填写|登录|联系|发送|点击|打开|选择|申请|须|应", Loose)]
    private static partial Regex Manner();

    [GeneratedRegex(@"@|\+?\d[\d\s()-]{5,}|\b(?:extension|ext\.?) ?\d|https?://|\b(?:e-?mail|phone|call|chat|channel|portal|dial)\b|电话|邮箱|分机|邮件|热线", Loose)]
    private static partial Regex Contact();

    [GeneratedRegex(@"\b(?:yes|no|not|never|may|can|cannot|must|should|only|allowed|permitted|forbidden|prohibited|required|optional|always|if|unless|is|are|was|were|does|do|did)\b|可以|不得|不能|不可|必须|应当|允许|禁止|无需|不需要|需要|须|只有|除非|不会|不予", Loose)]
    private static partial Regex Modal();

    [GeneratedRegex(@"\b(?:is|are|means|refers to|stands for|covers|consists of|was|were)\b|是|指|包括", Loose)]
    private static partial Regex Copula();

    [GeneratedRegex(@"\b(?:phone|telephone|e-?mail|contact) (?:number|address|details)|\bwhat (?:is|are) .{0,40}\b(?:e-?mail|phone|number to call|hotline)\b|how (?:can|do) (?:i|we) (?:contact|reach)", Loose)]
    private static partial Regex ContactQuestion();

    [GeneratedRegex(@"\b(?:cost|costs|pay|paid|spend|price|budget|money|expense|expenses|claim|reimbursed?|salary|bonus|euros?|dollars?|fee|charge|worth|allowance|get back|meals?|hotel)\b", Loose)]
    private static partial Regex MoneyQuestion();

    [GeneratedRegex(@"\bhow (?:long|soon|quickly|fast|far in advance)\b|\b(?:what|which) (?:is the )?(?:duration|period)\b", Loose)]
    private static partial Regex DurationQuestion();

    [GeneratedRegex(@"\bwhen\b|\b(?:what|which) (?:time|date|day|month|year)\b|\bby when\b|\bdeadline\b|\bdue date\b", Loose)]
    private static partial Regex DateQuestion();

    [GeneratedRegex(@"\bwhere\b|\bwhich (?:room|floor|office|building|city|place|page|folder)\b", Loose)]
    private static partial Regex PlaceQuestion();

    [GeneratedRegex(@"\bwho(?:m|se)?\b|\bwhich (?:person|team|department|manager)\b", Loose)]
    private static partial Regex PersonQuestion();

    [GeneratedRegex(@"\bwhy\b|\bwhat is the (?:reason|purpose)\b|\bhow come\b", Loose)]
    private static partial Regex ReasonQuestion();

    [GeneratedRegex(@"\b(?:what|which)(?: is|'s| are)? (?:the )?(?:\p{L}+ ){0,2}(?:maximum|minimum|limit|amount|number|rate|percentage|price|cost|size|length|allowance|per diem|budget|age)\b", Loose)]
    private static partial Regex AmountQuestion();

    [GeneratedRegex(@"\A\W*(?:(?:so|and|but|hi|hello|please)\W+)*(?:is|are|do|does|did|can|could|may|must|should|will|would|has|have|had|am|was|were)\b", Loose)]
    private static partial Regex YesNoQuestion();

    [GeneratedRegex(@"\bhow\b|\bwhat (?:do|should|must) (?:i|we|you) do\b|\bwhat happens\b", Loose)]
    private static partial Regex MannerQuestion();

    [GeneratedRegex(@"\A\W*(?:what|which)(?: is|'s| are| does)\b|\bdefine\b|\bmeaning\b", Loose)]
    private static partial Regex DefinitionQuestion();

    [GeneratedRegex("电话|邮箱|联系方式|怎么联系|如何联系|分机")]
    private static partial Regex ChineseContact();

    [GeneratedRegex("多少钱|多少元|多少费用|金额|价格|标准是多少|上限是多少|报销多少|几块|餐补|预算")]
    private static partial Regex ChineseMoney();

    [GeneratedRegex("多久.{0,4}一次|几次|频率|每隔")]
    private static partial Regex ChineseFrequency();

    [GeneratedRegex("什么时候|何时|几点|哪天|几号|哪一天|截止|期限|什么日期|几月")]
    private static partial Regex ChineseDate();

    [GeneratedRegex("多久|多长|几个?(?:天|日|周|月|年|小时|工作日)内|提前几")]
    private static partial Regex ChineseDuration();

    [GeneratedRegex("多少|几[个天日次周名位人年月张条份倍晚元]|比例")]
    private static partial Regex ChineseCount();

    [GeneratedRegex("哪里|哪儿|在哪|何处|什么地方|哪个(?:部门|房间|系统|网站)")]
    private static partial Regex ChinesePlace();

    [GeneratedRegex("为什么|为何|原因|为啥")]
    private static partial Regex ChineseReason();

    [GeneratedRegex("怎么|如何|怎样|什么流程|步骤|怎么办")]
    private static partial Regex ChineseManner();

    [GeneratedRegex("吗|能不能|是否|可不可以|能否|是不是|可否|要不要|需不需要")]
    private static partial Regex ChineseYesNo();
}
