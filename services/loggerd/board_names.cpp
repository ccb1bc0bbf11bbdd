#include "loggerd/board_names.hpp"

#include <algorithm>

namespace loggerd {
namespace {

constexpr std::size_t most_product = 20; // characters, as the Python portal had it
constexpr std::size_t most_serial = 10;
constexpr std::size_t most_devnode = 40;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_plain(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' ||
           c == '-' || c == '_';
}

/// The first characters of a text from outside, each that is not plain as '_'. A UTF-8 sequence
/// is one character, so its continuation bytes count for nothing.
std::string sanitised(std::string_view text, std::size_t most)
{
    std::string name;
    for (const char c : text) {
        const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
        if (continues) continue;
        if (name.size() == most) break;
        name += is_plain(c) ? c : '_';
    }
    return name;
}

} // namespace

std::string board_name(const std::optional<contract::Device>& device,
                       const std::optional<std::string>& devnode)
{
    const auto product = device ? sanitised(device->product, most_product) : std::string{};
    const auto serial = device ? sanitised(device->serial, most_serial) : std::string{};
    auto name = product + (product.empty() || serial.empty() ? "" : "_") + serial;
    if (name.empty()) {
        const std::string path = device ? device->devnode : devnode.value_or("");
        name = sanitised(path.substr(path.rfind('/') + 1), most_devnode);
    }
    if (name.empty()) name = "board";
    if (name.front() == '.') name.front() = '_'; // a hidden log would be missed
    return name;
}

bool is_telling(std::string_view serial)
{
    const bool same = std::ranges::all_of(serial, [&](char c) { return c == serial.front(); });
    return serial.size() >= 5 && !(same && is_digit(serial.front()));
}

std::string file_name(std::string_view name, std::string_view date)
{
    return std::string{name} + "_" + std::string{date} + ".log";
}

std::string BoardNames::take(const std::string& slot, const std::optional<contract::Device>& device,
                             const std::optional<std::string>& devnode)
{
    const auto plain = board_name(device, devnode);
    const bool alone = device && is_telling(device->serial);
    std::string suffixed = plain + "_" + slot;
    while (!is_free(suffixed, slot)) suffixed += "_" + slot;
    const auto held = slot_of_.find(suffixed);
    const bool has_suffixed = held != slot_of_.end() && held->second == slot;
    const auto name = alone && is_free(plain, slot) && !has_suffixed ? plain : suffixed;
    release(slot);
    slot_of_[name] = slot;
    return name;
}

bool BoardNames::take_again(const std::string& slot, const std::string& name)
{
    if (!is_free(name, slot)) return false;
    release(slot);
    slot_of_[name] = slot;
    return true;
}

void BoardNames::release(const std::string& slot)
{
    std::erase_if(slot_of_, [&](const auto& entry) { return entry.second == slot; });
}

bool BoardNames::is_free(const std::string& name, const std::string& slot) const
{
    const auto found = slot_of_.find(name);
    return found == slot_of_.end() || found->second == slot;
}

} // namespace loggerd
