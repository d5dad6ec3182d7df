using System.Net;
using System.Text.RegularExpressions;

namespace Designer.Web.Tests;

/// <summary>Keeps cookies and sends forms as a browser does; follows no redirect.</summary>
public sealed partial class TestBrowser(HttpClient client)
{
    private readonly CookieContainer _cookies = new();
    private readonly Uri _base = client.BaseAddress!;

    public List<string> SetCookies { get; } = [];

    public Task<HttpResponseMessage> GetAsync(string url, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, url, null, headers);

    /// <summary>Somebody else put this cookie here.</summary>
    public void Plant(string setCookie) => _cookies.SetCookies(_base, setCookie);

    public async Task<string> PageAsync(string url)
    {
        using HttpResponseMessage response = await GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Opens the page, fills its form and sends it with the page's hidden fields.</summary>
    public Task<HttpResponseMessage> SubmitAsync(string url, Dictionary<string, string> fields) => SubmitAsync(url, url, fields);

    /// <summary>The same for a form that is sent elsewhere.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string url, string action, Dictionary<string, string> fields, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage page = await GetAsync(url);
        string html = await page.Content.ReadAsStringAsync();
        var form = new Dictionary<string, string>(fields);
        foreach (Match hidden in HiddenField().Matches(html)) form.TryAdd(WebUtility.HtmlDecode(hidden.Groups["name"].Value), WebUtility.HtmlDecode(hidden.Groups["value"].Value));
        return await PostAsync(action, form, headers);
    }

    public Task<HttpResponseMessage> PostAsync(string url, Dictionary<string, string> fields, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, url, new FormUrlEncodedContent(fields), headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(_base, url)) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        if (_cookies.GetCookieHeader(_base) is { Length: > 0 } cookies) request.Headers.Add("Cookie", cookies);
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        HttpResponseMessage response = await client.SendAsync(request);
        if (response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set))
        {
            foreach (string cookie in set)
            {
                SetCookies.Add(cookie);
                _cookies.SetCookies(_base, cookie);
            }
        }
        return response;
    }

    // Blazor writes name before or after value; both orders are read.
    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)"|<input type="hidden" value="(?<value>[^"]*)" name="(?<name>[^"]+)" """)]
    private static partial Regex HiddenField();
}
