#include "daemonkit/access_list.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "contract/json.hpp"
#include "daemonkit/lan_networks.hpp"

namespace daemonkit {

namespace {

/// Bytes as on the wire; both of one family.
template<typename Bytes>
bool same_prefix(const Bytes& left, const Bytes& right, unsigned bits)
{
    const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
    if (!std::equal(left.begin(), left.begin() + whole, right.begin())) return false;
    const unsigned rest = bits % 8;
    if (rest == 0) return true;
    const auto at = static_cast<std::size_t>(whole);
    return (left[at] ^ right[at]) >> (8 - rest) == 0;
}

struct Network {
    asio::ip::address address;
    unsigned bits;
};

std::optional<Network> parse_network(const std::string& text)
{
    const auto slash = text.find('/');
    // A scope, which no network has; make_address takes one of an interface that is not there for
    // none.
    if (text.find('%') != std::string::npos) return std::nullopt;
    boost::system::error_code error;
    const auto address = asio::ip::make_address(text.substr(0, slash), error);
    if (error) return std::nullopt;
    const unsigned most = address.is_v4() ? 32 : 128;
    if (slash == std::string::npos) return Network{address, most};

    unsigned bits = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + slash + 1, end, bits);
    if (parsed.ec != std::errc{} || parsed.ptr != end || bits > most) return std::nullopt;
    return Network{address, bits};
}

/// ::ffff:10.0.0.0/104 is 10.0.0.0/8: allows() never sees a mapped address.
Network unmapped(const Network& network)
{
    if (!network.address.is_v6() || network.bits < 96) return network;
    const auto v6 = network.address.to_v6();
    if (!v6.is_v4_mapped()) return network;
    return {asio::ip::make_address_v4(asio::ip::v4_mapped, v6), network.bits - 96};
}

} // namespace

AccessList AccessList::lan()
{
    return parse({lan_networks.begin(), lan_networks.end()}, "lan");
}

AccessList AccessList::parse(const std::vector<std::string>& networks, const std::string& where)
{
    AccessList list;
    for (const auto& text : networks) {
        const auto parsed = parse_network(text);
        if (!parsed)
            throw contract::BadMessage(where + ": \"" + text +
                                       "\" is no network such as 192.168.0.0/16 or fc00::/7");
        const auto [address, bits] = unmapped(*parsed);
        const auto prefix = static_cast<unsigned short>(bits);
        if (address.is_v4())
            list.v4_.emplace_back(address.to_v4(), prefix);
        else
            list.v6_.emplace_back(address.to_v6(), prefix);
    }
    return list;
}

bool AccessList::allows(const asio::ip::address& address) const
{
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return allows(asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()));
    const auto contains = [](const auto& candidate) {
        return [bytes = candidate.to_bytes()](const auto& network) {
            return same_prefix(bytes, network.address().to_bytes(), network.prefix_length());
        };
    };
    if (address.is_v4()) return std::any_of(v4_.begin(), v4_.end(), contains(address.to_v4()));
    return std::any_of(v6_.begin(), v6_.end(), contains(address.to_v6()));
}

} // namespace daemonkit
