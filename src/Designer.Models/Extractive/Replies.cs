namespace Designer.Models.Extractive;

/// <summary>What the embedded model says in its own name.</summary>
internal static class Replies
{
    public static string NoAnswer(bool chinese) => chinese ? "资料中没有提到。" : "The sources do not say.";

    public static string CannotChat(bool chinese) => chinese
        ? "我是内置的抽取式模型，没有语言模型权重：只能从给定资料中引用能回答问题的句子、做摘要、起标题、分类和提取字段，不能自由对话。要自由对话，请在“模型”页连接一个模型：粘贴密钥，或使用本机已找到的服务器。"
        : "I am the embedded extractive model and have no weights: I can quote the sentences of given sources that answer a question, summarise, title, classify and extract fields, but not chat freely. "
            + "To chat, connect a model on the Models page: paste a key, or use a server found on this machine.";

    public static string NothingToSummarise(bool chinese) => chinese ? "没有可以摘要的文字。" : "There is no text to summarise.";
}
