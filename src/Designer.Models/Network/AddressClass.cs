using System.Net;
using System.Net.Sockets;

namespace Designer.Models.Network;

/// <summary>What kind of network an address belongs to.</summary>
public enum AddressClass
{
    Public,
    Loopback,
    Private,
    UniqueLocal,
    LinkLocal,
    CarrierGradeNat,
    Multicast,
    Unspecified,
    Reserved,
}

/// <summary>Sorts addresses by the special-purpose registries of IANA, looking through every form that carries an IPv4 address.</summary>
public static class AddressClasses
{
    public static AddressClass Of(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork) return OfV4(address.GetAddressBytes());
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return AddressClass.Reserved;
        return OfV6(address.GetAddressBytes());
    }

    /// <summary>The class in words, for error messages.</summary>
    public static string InWords(this AddressClass addressClass) => addressClass switch
    {
        AddressClass.Loopback => "a loopback address",
        AddressClass.Private => "a private address",
        AddressClass.UniqueLocal => "a unique local address",
        AddressClass.LinkLocal => "a link-local address",
        AddressClass.CarrierGradeNat => "a carrier-grade NAT address",
        AddressClass.Multicast => "a multicast address",
        AddressClass.Unspecified => "an unspecified address",
        AddressClass.Reserved => "a reserved address",
        _ => "a public address",
    };

    private static AddressClass OfV4(ReadOnlySpan<byte> b) => (b[0], b[1], b[2], b[3]) switch
    {
        (0, _, _, _) => AddressClass.Unspecified,
        (127, _, _, _) => AddressClass.Loopback,
        (10, _, _, _) => AddressClass.Private,
        (172, >= 16 and <= 31, _, _) => AddressClass.Private,
        (192, 168, _, _) => AddressClass.Private,
        (169, 254, _, _) => AddressClass.LinkLocal,
        (100, >= 64 and <= 127, _, _) => AddressClass.CarrierGradeNat,
        (192, 0, 0, _) or (192, 0, 2, _) or (198, 51, 100, _) or (203, 0, 113, _) => AddressClass.Reserved,
        (198, 18 or 19, _, _) => AddressClass.Reserved,
        ( >= 224 and <= 239, _, _, _) => AddressClass.Multicast,
        ( >= 240, _, _, _) => AddressClass.Reserved,
        _ => AddressClass.Public,
    };

    private static AddressClass OfV6(ReadOnlySpan<byte> b)
    {
        if (!b.ContainsAnyExcept((byte)0)) return AddressClass.Unspecified;
        if (!b[..15].ContainsAnyExcept((byte)0) && b[15] == 1) return AddressClass.Loopback;
        var firstTenAreZero = !b[..10].ContainsAnyExcept((byte)0);
        // ::ffff:a.b.c.d (mapped) and ::a.b.c.d (compatible) reach the IPv4 address inside.
        if (firstTenAreZero && ((b[10] == 0xff && b[11] == 0xff) || (b[10] == 0 && b[11] == 0))) return OfV4(b[12..]);
        // ::ffff:0:a.b.c.d (translated, RFC 2765)
        if (!b[..8].ContainsAnyExcept((byte)0) && b[8] == 0xff && b[9] == 0xff && b[10] == 0 && b[11] == 0) return OfV4(b[12..]);
        // 64:ff9b::/96 (NAT64) and 2002::/16 (6to4) do so as well; 64:ff9b:1::/48 is NAT64 for local use.
        if (b[0] == 0x00 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b)
            return b[4..12].ContainsAnyExcept((byte)0) ? AddressClass.Reserved : OfV4(b[12..]);
        if (b[0] == 0x20 && b[1] == 0x02) return OfV4(b[2..6]);
        // Teredo (2001::/32) and the rest of 2001::/23 are protocol assignments; 2001:db8::/32 is for documents.
        if (b[0] == 0x20 && b[1] == 0x01 && (b[2] <= 1 || (b[2] == 0x0d && b[3] == 0xb8))) return AddressClass.Reserved;
        if ((b[0] & 0xfe) == 0xfc) return AddressClass.UniqueLocal;
        if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) return AddressClass.LinkLocal;
        if (b[0] == 0xfe && (b[1] & 0xc0) == 0xc0) return AddressClass.Private;
        if (b[0] == 0xff) return AddressClass.Multicast;
        // Only 2000::/3 is handed out to the public.
        return (b[0] & 0xe0) == 0x20 ? AddressClass.Public : AddressClass.Reserved;
    }
}
