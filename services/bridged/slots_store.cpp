#include "bridged/slots_store.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "daemonkit/access_list.hpp"
#include "daemonkit/files.hpp"

namespace bridged {
namespace {

constexpr std::size_t most_former = 64;

} // namespace

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

bool SlotsStore::is_gone() const
{
    std::error_code unreadable;
    return text_ && !std::filesystem::exists(file_, unreadable) && !unreadable;
}

bool SlotsStore::reload()
{
    const auto before = text_;
    try {
        if (is_gone()) throw std::runtime_error(file_.string() + " is gone");
        read();
    } catch (const std::exception& fault) {
        spdlog::error("{}; the slots stay as they are", fault.what());
        return false;
    }
    return text_ != before;
}

/// Before a change: it is made in what the file says now, and one that is gone is made anew.
void SlotsStore::catch_up()
{
    if (!is_gone()) read();
}

bool SlotsStore::add_slots(const std::vector<std::string>& slot_keys)
{
    std::optional<std::string> unwritable;
    try {
        catch_up();
    } catch (const std::exception& fault) {
        unwritable = fault.what();
    }
    auto larger = current_;
    for (const auto& slot_key : slot_keys)
        if (auto next = contract::with_new_slot(larger, slot_key)) larger = std::move(*next);
    for (auto added = current_.slots.size(); added < larger.slots.size(); ++added) {
        const auto& slot = larger.slots[added];
        spdlog::info("{} is new: {} on port {}", slot.slot_key, slot.label, slot.tcp_port);
    }
    if (larger.slots.size() == current_.slots.size()) return false;
    try {
        if (!unwritable) write(larger);
    } catch (const std::exception& fault) {
        unwritable = fault.what();
    }
    if (unwritable) spdlog::warn("{}; new slots are served, but not written down", *unwritable);
    current_ = std::move(larger);
    return true;
}

contract::SlotsFile SlotsStore::with(const contract::SlotAssign& wanted)
{
    catch_up();
    const auto former =
        std::ranges::find(former_, wanted.place(), &decltype(former_)::value_type::first);
    return contract::with_slot(current_, wanted, file_.string(),
                               former == former_.end() ? std::nullopt
                                                       : std::optional{former->second});
}

contract::SlotsFile SlotsStore::without(std::string_view id)
{
    catch_up();
    return contract::without_slot(current_, id);
}

void SlotsStore::write(contract::SlotsFile file)
{
    auto text = contract::format_slots(file);
    daemonkit::write_file_atomically(file_, text);
    remember_what_goes(file);
    current_ = std::move(file);
    text_ = std::move(text);
}

void SlotsStore::remember_what_goes(const contract::SlotsFile& next)
{
    for (std::size_t i = 0; i < current_.slots.size(); ++i) {
        const auto& key = current_.slots[i].slot_key;
        if (std::ranges::find(next.slots, key, &contract::SlotConfig::slot_key) != next.slots.end())
            continue;
        former_.emplace_front(key, current_.document.at("slots").at(i));
        if (former_.size() > most_former) former_.pop_back();
    }
}

} // namespace bridged
