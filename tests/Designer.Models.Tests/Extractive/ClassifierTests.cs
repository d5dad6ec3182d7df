using Designer.Models.Extractive;

namespace Designer.Models.Tests.Extractive;

public sealed class ClassifierTests
{
    private static readonly ClassLabel[] s_byDescription =
    [
        new("billing", "Invoices, payments, refunds and prices"),
        new("technical", "Something does not work: errors, crashes, connection, installation"),
        new("shipping", "Delivery, parcels, addresses and tracking"),
        new("other", "Anything else"),
    ];

    private static readonly ClassLabel[] s_byExamples =
    [
        new("positive", null, ["I love this product", "Great service, very happy", "Works perfectly, thank you", "The best purchase I made"]),
        new("negative", null, ["I hate this product", "Terrible service, very unhappy", "It broke after a day", "The worst purchase I made, I want my money back"]),
    ];

    private static readonly ClassLabel[] s_chinese =
    [
        new("账单", "发票、付款、退款和价格", ["我要开发票", "为什么多扣了钱"]),
        new("技术", "无法使用、报错、连接和安装问题", ["软件打不开", "一直连接失败"]),
        new("物流", "快递、包裹、收货地址", ["快递到哪里了", "包裹丢了"]),
    ];

    [Theory]
    [InlineData("I was charged twice, please refund the second payment", "billing")]
    [InlineData("The installation stops with an error message", "technical")]
    [InlineData("Where is my parcel? The tracking has not moved", "shipping")]
    [InlineData("Can you send me a copy of the bill?", "billing")]
    [InlineData("The app crashed and cannot connect", "technical")]
    [InlineData("I want to change the delivery address", "shipping")]
    [InlineData("What is the meaning of life", "other")]
    public void Descriptions_suffice(string text, string expected) => Assert.Equal(expected, ExtractiveClassifier.Classify(text, s_byDescription).Label);

    [Theory]
    [InlineData("Very happy with this, great!", "positive")]
    [InlineData("I love how perfectly it works", "positive")]
    [InlineData("It broke, I am very unhappy", "negative")]
    [InlineData("Terrible, the worst ever", "negative")]
    public void Examples_suffice(string text, string expected) => Assert.Equal(expected, ExtractiveClassifier.Classify(text, s_byExamples).Label);

    [Theory]
    [InlineData("请给我开一张发票", "账单")]
    [InlineData("软件安装后报错，打不开", "技术")]
    [InlineData("我的包裹什么时候到", "物流")]
    public void Chinese_is_classified(string text, string expected) => Assert.Equal(expected, ExtractiveClassifier.Classify(text, s_chinese).Label);

    [Fact]
    public void Shares_add_up_and_a_clear_text_is_surer_than_a_vague_one()
    {
        var clear = ExtractiveClassifier.Classify("The invoice shows the wrong price, please refund the payment", s_byDescription);
        var vague = ExtractiveClassifier.Classify("hello", s_byDescription);

        Assert.Equal(1, clear.Scores.Values.Sum(), 6);
        Assert.Equal(s_byDescription.Select(l => l.Name).Order(), clear.Scores.Keys.Order());
        Assert.Equal(clear.Scores.Values.Max(), clear.Confidence);
        Assert.True(clear.Confidence > 0.5, $"{clear.Confidence}");
        Assert.Equal(0.25, vague.Confidence, 6);
    }

    [Fact]
    public void Odd_labels_do_no_harm()
    {
        Assert.Equal("only", ExtractiveClassifier.Classify("anything", [new ClassLabel("only")]).Label);
        Assert.Equal("", ExtractiveClassifier.Classify("", [new ClassLabel(""), new ClassLabel("b", "", [])]).Label);
        Assert.Equal(1, ExtractiveClassifier.Classify("x", [new ClassLabel("same"), new ClassLabel("same")]).Scores.Values.Sum(), 6);
        Assert.ThrowsAny<ArgumentException>(() => ExtractiveClassifier.Classify("x", []));
    }

    [Theory]
    [InlineData("Classify the message into one of these categories:\n- billing: invoices, payments, refunds\n- technical: errors and crashes\n- shipping: delivery and parcels\nReply with the category only.", "My parcel did not arrive", "shipping")]
    [InlineData("Choose one of: refund, complaint, praise. Answer with one word.", "I would like a refund please", "refund")]
    [InlineData("请把问题分类。类别：\n- 账单：发票和付款\n- 技术：软件报错", "软件一直报错", "技术")]
    public void A_prompt_that_lists_labels_gets_one_of_them(string system, string user, string expected) => Assert.Equal(expected, Prompts.Send(system, user));
}
