#include "portald/mdns_services.hpp"

namespace portald {

namespace {

constexpr std::size_t most_name = 63, most_txt = 255; // RFC 6763

/// What a USB device says is nobody's markup: printable ASCII is all that goes out.
std::string txt(const std::string& key, const std::string& value)
{
    auto entry = key + "=";
    for (const char c : value) entry += c >= ' ' && c <= '~' ? c : '?';
    return entry.substr(0, most_txt);
}

std::string board_of(const contract::Slot& slot)
{
    if (!slot.device) return "";
    if (!slot.device->product.empty()) return slot.device->product;
    return slot.device->vid.empty() ? "" : slot.device->vid + ":" + slot.device->pid;
}

std::string name(const std::string& what, const std::string& hostname)
{
    return (what.substr(0, 40) + " on " + hostname).substr(0, most_name);
}

} // namespace

MdnsServices mdns_services(const Known& known, const std::string& hostname,
                           std::uint16_t portal_port, bool https)
{
    MdnsServices services;
    services[name("Serial boards", hostname)] = {
        https ? "_https._tcp" : "_http._tcp", portal_port, {"path=/"}};
    if (!known.is_up("bridged")) return services;
    for (const auto& slot : known.slots) {
        if (slot.tcp_port == 0) continue;
        services[name(slot.slot, hostname)] = {
            "_rfc2217._tcp",
            slot.tcp_port,
            {txt("slot", slot.slot), txt("board", board_of(slot)),
             txt("state", std::string(contract::to_string(slot.state)))}};
    }
    return services;
}

} // namespace portald
