#include "hotplugd/device_facts.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace hotplugd {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

/// Bytes of the UTF-8 character at the front of `text`, 0 when there is none: RFC 3629
/// table 3-7, so no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t character_bytes(std::string_view text)
{
    const auto byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
    };
    const auto within = [&](std::size_t at, std::uint8_t least, std::uint8_t most) {
        return byte(at) >= least && byte(at) <= most;
    };
    const auto tail = [&](std::size_t at) { return within(at, 0x80, 0xBF); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return 1;
    if (within(0, 0xC2, 0xDF)) return tail(1) ? 2 : 0;
    if (within(0, 0xE0, 0xEF)) {
        const bool second = within(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
        return second && tail(2) ? 3 : 0;
    }
    if (within(0, 0xF0, 0xF4)) {
        const bool second = within(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
        return second && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

/// C0, DEL and C1 (U+0080-U+009F): they move cursors and forge lines in logs.
bool is_control(std::string_view character)
{
    const auto lead = static_cast<std::uint8_t>(character[0]);
    if (character.size() == 1) return lead < 0x20 || lead == 0x7F;
    return lead == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0;
}

std::string key_of(const UdevEvent& event)
{
    if (event.id_path.empty()) return event.devpath; // has the tty's name in it
    const bool is_first = event.port.empty() || event.port == "0";
    return is_first ? event.id_path : event.id_path + "-port" + event.port;
}

} // namespace

std::string clean_text(std::string_view text)
{
    std::string clean;
    while (!text.empty()) {
        const std::size_t length = character_bytes(text);
        const auto character = length == 0 ? replacement : text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
        if (is_control(character)) continue;
        if (clean.size() + character.size() > most_text_bytes) break;
        clean += character;
    }
    return clean;
}

std::string without_escapes(std::string_view text)
{
    constexpr std::size_t length = 4; // "\xNN"
    std::string plain;
    while (!text.empty()) {
        std::uint8_t byte = 0;
        const auto* end = text.data() + std::min(length, text.size());
        const bool is_escape = text.starts_with("\\x") && text.size() >= length &&
                               std::from_chars(text.data() + 2, end, byte, 16).ptr == end;
        plain += is_escape ? static_cast<char>(byte) : text.front();
        text.remove_prefix(is_escape ? length : 1);
    }
    return plain;
}

bool is_torn(std::string_view id_path)
{
    constexpr std::string_view bus = "-usb-"; // "…-usb-BUS:PORTS:CONFIGURATION.INTERFACE"
    const auto at = id_path.starts_with(bus.substr(1)) ? 0 : id_path.find(bus);
    if (at == std::string_view::npos) return false;
    const auto connector = id_path.substr(at + 1);
    return std::ranges::count(connector, ':') != 2 || connector.find(bus) != connector.npos;
}

contract::Device describe(const UdevEvent& event)
{
    contract::Device device;
    device.slot_key = clean_text(key_of(event));
    device.devnode = clean_text(event.devnode);
    device.vid = clean_text(event.vid);
    device.pid = clean_text(event.pid);
    device.serial = clean_text(event.serial);
    device.product = clean_text(event.product);
    device.manufacturer = clean_text(event.manufacturer);
    device.driver = clean_text(event.driver);
    device.interface = clean_text(event.interface);
    return device;
}

} // namespace hotplugd
