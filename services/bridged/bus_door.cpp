#include "bridged/bus_door.hpp"

namespace bridged {

namespace {

/// libzmq gives an IPv4 address as IPv6 does: ::ffff:192.168.1.7.
std::optional<asio::ip::address> address_in(const std::string& text)
{
    boost::system::error_code fault;
    const auto address = asio::ip::make_address(text, fault);
    if (fault) return std::nullopt;
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

} // namespace

BusDoor::BusDoor(const Config& config, std::function<void(const std::string&)> complain)
    : config_(config), complain_(std::move(complain))
{
}

std::optional<std::string> BusDoor::refusal(const std::string& address, const std::string& key,
                                            TimePoint now)
{
    const auto peer = address_in(address);
    auto why = peer ? why_not(*peer, key) : "is no IP address";
    if (why) complain(peer ? peer->to_string() : address, *why, now);
    return why;
}

void BusDoor::stranger(const std::string& address, TimePoint now)
{
    const auto peer = address_in(address);
    const std::string why =
        config_.curve ? "no CURVE handshake: encrypted for another server's key, or not at all"
                      : "no ZeroMQ handshake";
    // No more than a guess: under his address it would hide what is known of him.
    complain("somebody", why + (peer ? " (last to connect: " + peer->to_string() + ")" : ""), now);
}

std::optional<std::string> BusDoor::why_not(const asio::ip::address& peer,
                                            const std::string& key) const
{
    if (!config_.access.allows(peer)) return "not in access.allow of settings.json";
    if (config_.curve && !config_.curve->clients.contains(key))
        return "its key is not in bus.curve's clients_file";
    return std::nullopt;
}

void BusDoor::complain(const std::string& address, const std::string& why, TimePoint now)
{
    if (complaints_.is_due(address, now)) complain_("refused " + address + ": bus: " + why);
}

} // namespace bridged
