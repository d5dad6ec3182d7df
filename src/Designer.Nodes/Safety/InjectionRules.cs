using System.Text.RegularExpressions;

namespace Designer.Nodes.Safety;

/// <param name="Weight">1: enough by itself. Less: suspicious together with others.</param>
public readonly record struct InjectionMatch(string Rule, double Weight, int Start, int Length);

/// <summary>
/// Rules for text that tries to give a model other instructions than its author did. They read the text as a model would understand it:
/// without invisible characters, look-alike letters made plain, and with encoded pieces decoded.
/// </summary>
public static class InjectionRules
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private sealed record Rule(string Name, double Weight, Regex Pattern);

    // Gaps are bounded, so that the time grows with the text only.
    private static readonly Rule[] Rules =
    [
        New("ignoreInstructions", 1,
            @"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass|neglect|overlook|pay no (?:attention|heed) to|(?:do not|don'?t|stop) follow(?:ing)?|regardless of)\b" +
            @"[^.!?\n]{0,40}?\b(?:previous|prior|above|earlier|preceding|foregoing|former|initial|original|system|developer|your|you(?:'ve| have)?|those|these|all)\b" +
            @"[^.!?\n]{0,40}?\b(?:instruct(?:ions?|ed)|prompts?|rules?|directi(?:ons?|ves?)|guidelines?|commands?|orders?|tasks?|constraints?|restrictions?|programming|training|safety|been told|were told|said before)\b" +
            @"|\b(?:ignore|disregard|forget|override)\s+(?:(?:all|any|the|these|those|your|of)\s+){0,4}(?:instructions?|rules?|prompts?|directives?|guidelines?|commands?|orders?)\b(?:\s+(?:above|before|earlier|so far|given|you))?"),
        New("ignoreContext", 1, @"\b(?:ignore|disregard|forget)\s+(?:all\s+|everything\s+|anything\s+)?(?:of\s+)?(?:the\s+)?(?:above|previous|prior|preceding|before|everth?ing|everything|that)\b(?!\s+(?:average|mentioned|noise))"),
        New("ignoreSource", 0.6, @"\bignor(?:e|ing) (?:the|this) (?:function|web ?page|table|resume|paper|article|document|email|text|context|content|code|page|question)s?\b"),
        New("insteadState", 0.5, @"\b(?:and|then|instead|must|just|only|always)\s+(?:state|say|respond|reply|answer|output|print|write)\b[^.\n]{0,20}?[:'""“]"),
        New("newPersona", 1,
            @"\b(?:you are (?:now|about to)|act as|pretend|imagine (?:that )?you|role-?play|from now on|take on the (?:role|persona)|immerse yourself)\b[^\n]{0,160}?" +
            @"\b(?:DAN\b|do anything now|jailbr\w+|unrestricted|unfiltered|uncensored|evil|developer mode|god mode|no (?:rules|restrictions|limits|limitations|filters?|guidelines|ethics)|without (?:any )?(?:rules|restrictions|limits|limitations|filters?|ethic\w*|guidelines)|not (?:have to|bound)|ignore)"),
        New("jailbreak", 1, @"\b(?:do anything now|DAN mode|jailbreak(?:ed)? (?:mode|prompt)|(?:enable|enter(?:ing)?|activate[ds]?|switch to|now in|initiat(?:e|ing)|running)\b[^.\n]{0,40}?\b(?:developer|debug|god|maintenance|admin|sudo|override|unrestricted|root|verification|system|security override|law enforcement override)[ _-]?(?:mode|override|reset))\b"),
        New("modeMarker", 0.7, @"<\s*(?:NOW ENTERING )?(?:[A-Z]+ ){0,3}(?:MODE|OVERRIDE)\s*(?:ACTIVATED|ENABLED|ON)?\s*>|\b(?:system|developer|override|admin|god)[ _]mode (?:activated|enabled|on|engaged)\b|\boverride[ _]mode\b"),
        New("authority", 0.6, @"\b(?:I(?:'m| am)|this is|as)\s+(?:actually\s+)?(?:your|the|an?)\s+(?:(?:system|lead|chief|AI)\s+)?(?:developer|creator|administrator|admin|owner|programmer|engineer|AI developed by|president|police)\b|\bI(?:'m| am) (?:actually )?god\b|\bas your (?:creator|developer|owner)\b"),
        New("askForSecret", 0.6, @"\b(?:what(?:'s| is| was)|tell me|give me|reveal|confirm|share|print|provide|show|disclose|leak|say|spell|repeat)\b[^.?!\n]{0,40}?\b(?:secret(?: key)?|pass(?:word|code|phrase)s?|api key|credentials?|private key|confidential)\b"),
        New("revealPrompt", 1,
            @"\b(?:reveal|show|print|repeat|output|display|tell me|give me|leak|share|disclose|expose|recite|what (?:is|are|was|were|does)|write (?:down|out)|copy|summari[sz]e|translate)\b[^.?!\n]{0,40}?" +
            @"\b(?:system (?:prompt|message|instructions?)|(?:initial|hidden|secret|original|first) (?:prompt|instructions?|message)|your (?:exact |full |own )?(?:prompt|instructions|directives|system)|(?:prompt|instructions|text|words|everything) above)\b"),
        New("roleMarker", 1, @"<\|?/?(?:im_start|im_end|endoftext|start_header_id|eot_id|system|assistant)\|?>|\[/?INST\]|<</?SYS>>|(?:^|\n)[ \t]*#{1,4}[ \t]*(?:system|new instructions?|instructions? override)\b[ \t]*:?[ \t]*(?:\n|$)"),
        New("roleLine", 0.6, @"(?:^|\n)[ \t]*(?:system|developer|assistant)[ \t]*:[ \t]*\S"),
        New("exfiltration", 1, @"\b(?:send|post|upload|forward|e-?mail|transmit|exfiltrate)\b[^.\n]{0,80}?\b(?:api keys?|passwords?|credentials?|secrets?|tokens?|conversation|chat history|system prompt|data|report|summary)\b[^\n]{0,60}?(?:https?://|\bto\s+[^\s@]{1,64}@)"),
        New("imageLeak", 1, @"!\[[^\]\n]{0,100}\]\(https?://[^)\s]{0,200}[?&][^)\s=]{1,40}=\s*[{\[<]"),
        New("decodeRequest", 0.7, @"\b(?:decode|decipher|decrypt|translate)\b[^.\n]{0,40}?\b(?:base ?64|rot ?13|morse|caesar|cipher|hex(?:adecimal)?|binary|ascii)\b"),
        New("忽略指令", 1, @"(?:忽略|无视|忘记|忘掉|不要理会|不要管|不用管|别管|抛开|跳过|绕过|违反|推翻)[^。！？\n]{0,15}?(?:之前|以上|上面|上述|先前|前面|此前|所有|全部|一切|你的|您的|系统|原有|任何)[^。！？\n]{0,15}?(?:指令|指示|提示|规则|要求|设定|限制|命令|约束|内容|对话|准则)"),
        New("新身份", 1, @"(?:你现在是|您现在是|从现在开始|从现在起|假装|扮演|想象你是)[^。！？\n]{0,40}?(?:没有(?:任何)?限制|不受(?:任何)?(?:限制|约束)|无限制|越狱|开发者模式|不遵守|无需遵守|没有道德|DAN)|(?:开启|进入|启用|激活)[^。！？\n]{0,8}?(?:开发者|越狱|上帝|管理员|调试|无限制)模式"),
        New("泄露提示", 1, @"(?:输出|显示|告诉我|透露|泄露|打印|重复|展示|公开|说出|列出|复述)[^。！？\n]{0,15}?(?:系统提示|系统指令|初始指令|初始提示|提示词|你的指令|你的设定|隐藏的?(?:指令|提示)|上面的(?:内容|文字|指令))"),
        New("otherLanguages", 1,
            @"\b(?:ignor(?:a|e|ez|ar|ieren?|iere|irt)|olvid(?:a|e|ar)|descart(?:a|e)|oubli(?:e|ez)|vergiss|vergessen|esque[cç](?:a|er)|dimentica)\b[^.!?\n]{0,40}?\b(?:instru(?:ções|cciones|ctions|zioni)|anweisungen|instructions|consignes|regeln|regras|reglas|règles|befehle|ordini)\b" +
            @"|(?:игнорир|забуд)\w*[^.!?\n]{0,40}?(?:инструкци|указани|правил)|(?:αγνο|ξέχ)\w*[^.!?\n]{0,40}?(?:οδηγί|εντολ)|(?:이전|위의|모든)[^.!?\n]{0,15}?(?:지시|명령|지침|규칙)[^.!?\n]{0,15}?(?:무시|잊)" +
            @"|(?:निर्देश)[^.!?\n]{0,20}?(?:अनदेखी|नज़रअंदाज़|भूल)|(?:以前|前|上記|これまで)[^。\n]{0,10}?(?:指示|命令|ルール)[^。\n]{0,10}?(?:無視|忘れ)|(?:تجاهل|انس)[^.\n]{0,20}?(?:التعليمات|الأوامر)"),
    ];

    public static bool IsInjection(IReadOnlyList<InjectionMatch> matches) => matches.DistinctBy(m => m.Rule).Sum(m => m.Weight) >= 1;

    public static IReadOnlyList<InjectionMatch> Find(string text)
    {
        List<InjectionMatch> found = [];
        ReadableText readable = ReadableText.Of(text);
        if (readable.HiddenAt is { } hidden) found.Add(new("hiddenCharacters", 1, hidden.Start, hidden.Length));
        Apply(readable.Text, i => readable.Places[i], found, "");
        foreach (EncodedPiece piece in EncodedText.Find(text))
        {
            // What nobody encodes by chance: instructions inside.
            List<InjectionMatch> inside = [];
            Apply(ReadableText.Of(piece.Decoded).Text, _ => piece.Start, inside, piece.Encoding + ":");
            found.AddRange(inside.Select(m => m with { Weight = 1, Start = piece.Start, Length = piece.Length }));
        }
        return [.. found.OrderBy(m => m.Start)];
    }

    private static void Apply(string text, Func<int, int> place, List<InjectionMatch> found, string prefix)
    {
        foreach (Rule rule in Rules)
        {
            try
            {
                if (rule.Pattern.Match(text) is not { Success: true } match) continue;
                int start = place(match.Index);
                int end = match.Length == 0 ? start : place(match.Index + match.Length - 1) + 1;
                found.Add(new(prefix + rule.Name, rule.Weight, start, Math.Max(0, end - start)));
            }
            catch (RegexMatchTimeoutException)
            {
                // A text made so that it cannot be checked must not pass for that.
                found.Add(new(prefix + rule.Name + ":unchecked", 1, 0, 0));
            }
        }
    }

    private static Rule New(string name, double weight, string pattern) =>
        new(name, weight, new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience));
}
