namespace Designer.Models.Extractive.Text;

/// <summary>Cuts text into pieces of about a token: words with the space before them, single Chinese characters. Joined they are the text again.</summary>
internal static class Pieces
{
    public static List<string> Split(string text)
    {
        var pieces = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = EndOfPiece(text, at);
            pieces.Add(text[at..end]);
            at = end;
        }
        return pieces;
    }

    /// <summary>How many pieces the text would have.</summary>
    public static int Count(string text)
    {
        var count = 0;
        for (var at = 0; at < text.Length; at = EndOfPiece(text, at)) count++;
        return count;
    }

    private static int EndOfPiece(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        if (at < text.Length && Tokenizer.IsCjk(text[at]))
        {
            at++;
            // Closing marks stay with what they close.
            while (at < text.Length && char.IsPunctuation(text[at]) && text[at] != '[') at++;
            return at;
        }
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && !Tokenizer.IsCjk(text[at])) at++;
        return at;
    }
}
