#include "loggerd/transfer.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <spdlog/fmt/fmt.h>

namespace loggerd {

std::string describe(const Transfer& transfer, std::uint32_t baud)
{
    using Seconds = std::chrono::duration<double>;
    const double bytes = static_cast<double>(transfer.to_board + transfer.from_board);
    const double seconds = std::max(0.001, Seconds{transfer.last - transfer.first}.count());
    return fmt::format("Binary transfer: {} bytes to the board, {} bytes from it, in {:.1f} s "
                       "({:.1f} kB/s at {} baud)",
                       transfer.to_board, transfer.from_board, seconds, bytes / seconds / 1000,
                       baud);
}

std::optional<std::uint32_t> baud_in(const std::string& info)
{
    constexpr std::string_view changed = "Baudrate changed to ";
    std::string_view text = info;
    if (text.starts_with(changed))
        text.remove_prefix(changed.size());
    else if (const auto at = text.rfind(" at ");
             text.starts_with("Opened ") && at != std::string_view::npos)
        text.remove_prefix(at + 4);
    else
        return {};
    std::uint32_t baud = 0;
    const auto end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, baud);
    const std::string_view unit{rest, static_cast<std::size_t>(end - rest)};
    if (error != std::errc{} || !(unit.empty() || unit == " baud")) return {};
    return baud;
}

} // namespace loggerd
