#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "contract/slots_file.hpp"

namespace bridged {

/// slots.json on disk and as it is in force. A file that is absent at the start is one without
/// slots; one that goes away later is an accident, and changes nothing.
class SlotsStore {
public:
    /// @throws contract::BadMessage, std::system_error when it cannot be read or is wrong
    explicit SlotsStore(std::filesystem::path file);

    const contract::SlotsFile& current() const { return current_; }
    const std::filesystem::path& file() const { return file_; }

    /// Reads again; what is wrong is logged and changes nothing.
    /// @return whether something else is in force now
    bool reload();

    /// auto_assign for an unknown device: adds a slot and writes the file. A file that
    /// cannot be written is logged, and the slot served all the same.
    /// @return whether a slot was added
    bool assign(std::string_view slot_key);

private:
    void read();

    std::filesystem::path file_;
    std::optional<std::string> text_; ///< what current_ was read from
    contract::SlotsFile current_;
};

} // namespace bridged
