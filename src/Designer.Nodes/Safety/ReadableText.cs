using System.Text;

namespace Designer.Nodes.Safety;

/// <summary>A text as a reader that sees through tricks would read it, with the place in the original of each of its characters.</summary>
/// <param name="HiddenAt">Where characters stand that nobody sees but a model reads.</param>
internal sealed record ReadableText(string Text, IReadOnlyList<int> Places, (int Start, int Length)? HiddenAt)
{
    /// <summary>Cyrillic and Greek letters that look like Latin ones.</summary>
    private const string LookAlikes = "аaеeоoрpсcхxуyіiјjѕsԁdһhԛqԝwАAВBЕEКKМMНHОOРPСCТTХXαaοoνvρpΑAΒBΕEΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX";

    public static ReadableText Of(string text)
    {
        StringBuilder readable = new(text.Length);
        List<int> places = new(text.Length);
        (int Start, int Length)? hidden = null;
        int zeroWidth = 0;
        int at = 0;
        bool isFlag = false, inTags = false;
        // A word is Latin when its neighbour is; only there a look-alike is a disguise and not Russian or Greek.
        bool[] disguise = DisguisesOf(text);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int start = at;
            at += rune.Utf16SequenceLength;
            if (rune.Value is >= 0xE0000 and <= 0xE007F)
            {
                // The flags of England, Scotland and Wales are made of such tags.
                if (isFlag) continue;
                // What is hidden begins a word of its own.
                if (!inTags) Add(' ');
                inTags = true;
                hidden = (hidden?.Start ?? start, at - (hidden?.Start ?? start));
                if (rune.Value is >= 0xE0020 and < 0xE007F) Add((char)(rune.Value - 0xE0000));
                continue;
            }
            isFlag = rune.Value == 0x1F3F4;
            inTags = false;
            // An override turns what is read around; joiners belong to some scripts, many of them to none.
            if (rune.Value is 0x202D or 0x202E) hidden ??= (start, 1);
            if (IsInvisible(rune.Value))
            {
                if (rune.Value is 0x200B or 0x2060 or 0xFEFF && ++zeroWidth == 8) hidden ??= (start, 1);
                continue;
            }
            if (rune.Value is >= 0xFF01 and <= 0xFF5E) Add((char)(rune.Value - 0xFEE0));
            else if (rune.Value is >= 0x2018 and <= 0x2019) Add('\'');
            else if (disguise.Length > 0 && disguise[start]) Add(LookAlikes[LookAlikes.IndexOf((char)rune.Value, StringComparison.Ordinal) + 1]);
            else foreach (char c in rune.ToString()) Add(c);

            void Add(char c)
            {
                readable.Append(c);
                places.Add(start);
            }
        }
        return new ReadableText(readable.ToString(), places, hidden);
    }

    private static bool IsInvisible(int rune) => rune is 0xAD or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x2064) or (>= 0x2066 and <= 0x2069) or 0xFEFF;

    private static bool[] DisguisesOf(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\u0370', '\u052F') < 0) return [];
        bool[] disguise = new bool[text.Length];
        for (int start = 0; start < text.Length; start++)
        {
            if (!char.IsLetter(text[start])) continue;
            int end = start;
            bool hasLatin = false;
            for (; end < text.Length && char.IsLetter(text[end]); end++) hasLatin |= char.IsAsciiLetter(text[end]);
            // Every second character of the table is the disguised one.
            for (int i = start; hasLatin && i < end; i++) disguise[i] = text[i] > 0x7F && LookAlikes.Contains(text[i], StringComparison.Ordinal);
            start = end;
        }
        return disguise;
    }
}
