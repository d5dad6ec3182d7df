using System.Net;
using System.Net.Sockets;
using Designer.Models.Network;
using Designer.Models.Tests.OpenAi;

namespace Designer.Models.Tests.Network;

public sealed class NetworkGuardTests
{
    [Theory]
    [InlineData("8.8.8.8", AddressClass.Public)]
    [InlineData("172.32.0.1", AddressClass.Public)]
    [InlineData("100.128.0.1", AddressClass.Public)]
    [InlineData("2606:4700::1111", AddressClass.Public)]
    [InlineData("64:ff9b::808:808", AddressClass.Public)]
    [InlineData("127.0.0.1", AddressClass.Loopback)]
    [InlineData("127.255.1.2", AddressClass.Loopback)]
    [InlineData("::1", AddressClass.Loopback)]
    [InlineData("::ffff:127.0.0.1", AddressClass.Loopback)]
    [InlineData("::127.0.0.1", AddressClass.Loopback)]
    [InlineData("64:ff9b::7f00:1", AddressClass.Loopback)]
    [InlineData("2002:7f00:1::", AddressClass.Loopback)]
    [InlineData("::ffff:0:127.0.0.1", AddressClass.Loopback)]
    [InlineData("10.1.2.3", AddressClass.Private)]
    [InlineData("172.16.0.1", AddressClass.Private)]
    [InlineData("172.31.255.255", AddressClass.Private)]
    [InlineData("192.168.1.1", AddressClass.Private)]
    [InlineData("::ffff:10.0.0.1", AddressClass.Private)]
    [InlineData("fec0::1", AddressClass.Private)]
    [InlineData("fc00::1", AddressClass.UniqueLocal)]
    [InlineData("fd12:3456::1", AddressClass.UniqueLocal)]
    [InlineData("169.254.169.254", AddressClass.LinkLocal)]
    [InlineData("::ffff:169.254.169.254", AddressClass.LinkLocal)]
    [InlineData("fe80::1", AddressClass.LinkLocal)]
    [InlineData("100.64.0.1", AddressClass.CarrierGradeNat)]
    [InlineData("100.127.255.255", AddressClass.CarrierGradeNat)]
    [InlineData("224.0.0.1", AddressClass.Multicast)]
    [InlineData("ff02::1", AddressClass.Multicast)]
    [InlineData("0.0.0.0", AddressClass.Unspecified)]
    [InlineData("0.1.2.3", AddressClass.Unspecified)]
    [InlineData("::", AddressClass.Unspecified)]
    [InlineData("255.255.255.255", AddressClass.Reserved)]
    [InlineData("240.0.0.1", AddressClass.Reserved)]
    [InlineData("192.0.2.1", AddressClass.Reserved)]
    [InlineData("198.18.0.1", AddressClass.Reserved)]
    [InlineData("2001::1", AddressClass.Reserved)]
    [InlineData("2001:db8::1", AddressClass.Reserved)]
    [InlineData("64:ff9b:1::7f00:1", AddressClass.Reserved)]
    public void Addresses_have_their_class(string address, AddressClass expected) => Assert.Equal(expected, AddressClasses.Of(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", AddressClass.Loopback)]
    [InlineData("2130706433", AddressClass.Loopback)]
    [InlineData("0x7f000001", AddressClass.Loopback)]
    [InlineData("0x7f.0x0.0x0.0x1", AddressClass.Loopback)]
    [InlineData("0177.0.0.1", AddressClass.Loopback)]
    [InlineData("127.1", AddressClass.Loopback)]
    [InlineData("[::1]", AddressClass.Loopback)]
    [InlineData("[::ffff:7f00:1]", AddressClass.Loopback)]
    [InlineData("[::ffff:169.254.169.254]", AddressClass.LinkLocal)]
    [InlineData("2852039166", AddressClass.LinkLocal)]
    [InlineData("0", AddressClass.Unspecified)]
    [InlineData("0xa000001", AddressClass.Private)]
    public async Task Every_spelling_of_an_inner_address_is_refused_in_a_real_request(string host, AddressClass expected)
    {
        using var http = new HttpClient(NetworkGuard.CreateHandler(NetworkPolicy.PublicOnly));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://{host}:1/")));

        Assert.Equal(expected, NetworkGuard.FindRefusal(error)?.AddressClass);
    }

    [Fact]
    public async Task A_name_that_resolves_inwards_is_refused_and_the_error_names_the_class()
    {
        var policy = NetworkPolicy.PublicOnly with { Resolver = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.168.7.7")]) };
        using var http = new HttpClient(NetworkGuard.CreateHandler(policy));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://innocent.example/")));

        Assert.Equal("The connection to 'innocent.example' was refused: it is a private address.", NetworkGuard.FindRefusal(error)?.Message);
    }

    [Fact]
    public async Task Of_a_name_with_mixed_addresses_only_the_allowed_ones_are_used()
    {
        var policy = NetworkPolicy.PublicOnly with { Resolver = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("8.8.8.8")]) };

        var allowed = await NetworkGuard.CheckAsync("mixed.example", 80, policy, default);

        Assert.Equal([IPAddress.Parse("8.8.8.8")], allowed);
    }

    [Fact]
    public async Task The_socket_connects_to_the_checked_address_and_asks_the_resolver_once()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Status(200, "inside"));
        var asked = 0;
        var policy = NetworkPolicy.PrivateToo with
        {
            // The second answer is what a rebinding name server would give.
            Resolver = (_, _) => Task.FromResult<IPAddress[]>([asked++ == 0 ? IPAddress.Loopback : IPAddress.Parse("169.254.169.254")]),
        };
        using var http = new HttpClient(NetworkGuard.CreateHandler(policy));

        Assert.Equal("inside", await http.GetStringAsync(new Uri($"http://model.example:{server.Port}/")));
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    public async Task Private_networks_can_be_opened_but_link_local_and_multicast_cannot(string address, bool opens)
    {
        var check = NetworkGuard.CheckAsync(address, 80, NetworkPolicy.PrivateToo, default);

        if (opens) Assert.Equal([IPAddress.Parse(address)], await check);
        else await Assert.ThrowsAsync<NetworkRefusedException>(() => check);
    }

    [Theory]
    [InlineData("intern.example", 80, true)]
    [InlineData("INTERN.example", 80, true)]
    [InlineData("printer.example", 631, true)]
    [InlineData("printer.example", 22, false)]
    [InlineData("a.intern.example", 80, false)]
    [InlineData("intern.example.evil.example", 80, false)]
    public async Task The_allow_list_opens_exact_hosts_only(string host, int port, bool opens)
    {
        var policy = new NetworkPolicy
        {
            AllowedHosts = new HashSet<string> { "intern.example", "printer.example:631" },
            Resolver = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.9")]),
        };
        var check = NetworkGuard.CheckAsync(host, port, policy, default);

        if (opens) Assert.Single(await check);
        else await Assert.ThrowsAsync<NetworkRefusedException>(() => check);
    }

    [Fact]
    public async Task A_redirect_is_handed_to_the_caller()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Status(302, "", ("Location", "http://169.254.169.254/latest/meta-data/")));
        using var http = new HttpClient(NetworkGuard.CreateHandler(NetworkPolicy.PrivateToo));

        using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/"));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    [Fact]
    public async Task A_name_without_addresses_is_no_refusal()
    {
        var policy = NetworkPolicy.PublicOnly with { Resolver = (_, _) => Task.FromResult<IPAddress[]>([]) };

        await Assert.ThrowsAsync<SocketException>(() => NetworkGuard.CheckAsync("empty.example", 80, policy, default));
    }
}
