#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "contract/messages.hpp"

namespace loggerd {

/// What a board's files are called, before slot and date: "FT232R_USB_UART_A5069RR4". Safe as a
/// file name whatever its descriptors say: only [A-Za-z0-9._-], no dot in front, not empty.
/// @param devnode  its last part is the name when there is neither product nor serial
std::string board_name(const std::optional<contract::Device>& device,
                       const std::optional<std::string>& devnode);

/// Whether a serial tells boards apart: not absent, not short, not one digit over and over
/// (every CP2102 says 0001).
bool is_telling(std::string_view serial);

/// "FT232R_USB_UART_A5069RR4_2026-02-03.log"
std::string file_name(std::string_view name, std::string_view date);

/// Which slot writes under which name: one name, one slot, at any time.
class BoardNames {
public:
    /// The slot's name from now on: the board's, with "_<slot>" behind it where that alone would
    /// not do. A slot that has one of these two already keeps it.
    std::string take(const std::string& slot, const std::optional<contract::Device>& device,
                     const std::optional<std::string>& devnode);
    /// For a name that was taken before a restart. False: another slot has it.
    bool take_again(const std::string& slot, const std::string& name);
    void release(const std::string& slot);

private:
    bool is_free(const std::string& name, const std::string& slot) const;

    std::map<std::string, std::string> slot_of_; // by name
};

} // namespace loggerd
