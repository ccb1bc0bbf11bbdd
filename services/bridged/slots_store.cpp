#include "bridged/slots_store.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "daemonkit/access_list.hpp"
#include "daemonkit/files.hpp"

namespace bridged {

SlotsStore::SlotsStore(std::filesystem::path file) : file_(std::move(file))
{
    read();
}

void SlotsStore::read()
{
    std::error_code unreadable;
    if (!std::filesystem::exists(file_, unreadable) && !unreadable) {
        spdlog::warn("{} is absent: no slots", file_.string());
        text_.reset();
        current_ = {};
        return;
    }
    auto text = daemonkit::read_file(file_);
    if (text == text_) return; // what was assigned and could not be written stays in force
    auto parsed = contract::parse_slots(text, file_.string());
    for (const auto& slot : parsed.slots)
        daemonkit::AccessList::parse(slot.allow, file_.string() + ": " + slot.label + ": allow");
    for (const auto& warning : parsed.warnings) spdlog::warn("{}", warning);
    current_ = std::move(parsed);
    text_ = std::move(text);
}

bool SlotsStore::reload()
{
    const auto before = text_;
    try {
        std::error_code unreadable;
        if (before && !std::filesystem::exists(file_, unreadable))
            throw std::runtime_error(file_.string() + " is gone");
        read();
    } catch (const std::exception& fault) {
        spdlog::error("{}; the slots stay as they are", fault.what());
        return false;
    }
    return text_ != before;
}

bool SlotsStore::assign(std::string_view slot_key)
{
    auto larger = contract::with_new_slot(current_, slot_key);
    if (!larger) return false;
    current_ = std::move(*larger);
    const auto& slot = current_.slots.back();
    spdlog::info("{} is new: {} on port {}", slot_key, slot.label, slot.tcp_port);
    try {
        auto text = contract::format_slots(current_);
        daemonkit::write_file_atomically(file_, text);
        text_ = std::move(text);
    } catch (const std::exception& fault) {
        spdlog::warn("{}; {} is served, but forgotten at the next start", fault.what(), slot.label);
    }
    return true;
}

} // namespace bridged
