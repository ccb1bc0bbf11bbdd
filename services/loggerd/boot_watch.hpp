#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "contract/messages.hpp"
#include "loggerd/line.hpp"

namespace loggerd {

/// Sees a board start and crash in the lines that it prints: ESP ROM and ESP-IDF, Arduino and
/// Zephyr forms. No I/O. A dump of many lines is one crash.
class BootWatch {
public:
    static constexpr std::size_t context_lines = 50;
    static constexpr std::size_t context_line_bytes = 512; ///< longer lines are shortened
    static constexpr unsigned dump_lines = 40; ///< lines after a crash that belong to it

    struct Found {
        std::optional<contract::LogBoot> boot;   ///< without place in the stream
        std::optional<contract::LogAlert> alert; ///< likewise
    };
    Found line(const Line& line);

private:
    std::optional<contract::LogBoot> boot_in(const std::string& text);
    bool is_crash(const std::string& text);
    void remember(const std::string& text);

    std::deque<std::string> context_;
    std::string banner_; // a ROM's first line, whose reason may come with the next
    unsigned since_banner_ = 0;
    unsigned dump_left_ = 0;
};

} // namespace loggerd
