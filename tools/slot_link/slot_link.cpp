#include "slot_link/slot_link.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract/slots_file.hpp"

namespace slot_link {
namespace {

constexpr std::size_t most_bytes = 1 << 20;

/// Nothing unless all of a plain file could be read.
std::optional<std::string> read_plain(int file)
{
    struct stat facts {};
    if (::fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
    std::string text;
    std::array<char, 4096> part;
    for (;;) {
        const auto size = ::read(file, part.data(), part.size());
        if (size < 0) return std::nullopt;
        if (size == 0) return text;
        text.append(part.data(), static_cast<std::size_t>(size));
        if (text.size() > most_bytes) return std::nullopt;
    }
}

} // namespace

std::string key_of(std::string_view path, std::string_view port)
{
    std::string key{path};
    if (!key.empty() && !port.empty() && port != "0") key.append("-port").append(port);
    return key;
}

std::optional<std::string> id_of(const std::filesystem::path& slots_file, std::string_view key)
{
    // O_NONBLOCK: opening a FIFO would wait for its writer.
    const int file = ::open(slots_file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) return std::nullopt;
    const auto text = read_plain(file);
    ::close(file);
    if (!text) return std::nullopt;
    try {
        const auto slots = contract::parse_slots(*text, "slots.json").slots;
        const auto slot = std::ranges::find(slots, key, &contract::SlotConfig::slot_key);
        if (slot == slots.end()) return std::nullopt;
        return slot->id;
    } catch (const contract::BadMessage&) {
        return std::nullopt; // bridged says what is wrong with it
    }
}

} // namespace slot_link
