#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/slots_edit.hpp"

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

    /// auto_assign for unknown devices: adds slots and writes the file, once. A file that cannot be
    /// written, or was edited and is wrong, is logged, and the slots are served all the same.
    /// @return whether a slot was added
    bool add_slots(const std::vector<std::string>& slot_keys);

    /// What the file would be with, or without, that slot. One that comes back keeps what
    /// the file said of it, but for its name and port. It is read again first, so that what a
    /// person has just written is not written over.
    /// @throws contract::BadMessage  it, or the change, is wrong; std::system_error
    contract::SlotsFile with(const contract::SlotAssign& wanted);
    contract::SlotsFile without(std::string_view id);

    /// Writes the file; it is in force then.
    /// @throws std::system_error, and nothing has changed
    void write(contract::SlotsFile file);

private:
    void read();
    void catch_up();
    bool is_gone() const;
    void remember_what_goes(const contract::SlotsFile& next);

    std::filesystem::path file_;
    std::optional<std::string> text_; ///< what current_ was read from
    contract::SlotsFile current_;
    /// Slots that were removed, by slot_key; the last one first.
    std::deque<std::pair<std::string, contract::Json>> former_;
};

} // namespace bridged
