#include "hotplugd/notify_desk.hpp"

#include <optional>
#include <string>
#include <utility>

#include "contract/names.hpp"
#include "hotplugd/device_facts.hpp"

namespace hotplugd {

namespace {

constexpr auto bad_request = contract::ErrorCode::bad_request;

contract::Error error(contract::ErrorCode code, const std::string& fault)
{
    return {code, std::string{contract::verbs::device_notify} + ": " + fault};
}

} // namespace

NotifyDesk::NotifyDesk(DeviceTable& table, const DevnodePatterns& devnodes,
                       std::function<void()> look)
    : table_(table), devnodes_(devnodes), look_(std::move(look))
{
}

contract::Result NotifyDesk::answer(const contract::DeviceNotify& notice)
{
    if (auto fault = fault_of(notice)) return *std::move(fault);
    const auto listed_key = [&] { return table_.key_of(notice.devnode, notice.slot_key); };
    const auto key_before = listed_key();
    const auto seq_before = table_.last_seq(key_before);
    if (notice.action == "remove")
        table_.unclaim(notice.slot_key, notice.devnode);
    else if (!table_.claim(notice.slot_key, notice.devnode))
        return error(contract::ErrorCode::busy, "too many devices that only device.notify knows");
    look_();

    contract::DeviceNotifyAnswer said;
    said.slot_key = notice.action == "remove" ? key_before : listed_key();
    said.seq = table_.last_seq(said.slot_key);
    said.accepted = said.slot_key != key_before || said.seq != seq_before;
    return contract::Json(said);
}

std::optional<contract::Error> NotifyDesk::fault_of(const contract::DeviceNotify& notice) const
{
    if (notice.action != "add" && notice.action != "remove")
        return error(bad_request, "action is neither \"add\" nor \"remove\"");
    if (notice.slot_key.empty()) return error(bad_request, "slot_key is empty");
    if (clean_text(notice.slot_key) != notice.slot_key)
        return error(bad_request, "slot_key is over 256 bytes or not plain text");
    if (notice.devnode.empty() && notice.action == "add")
        return error(bad_request, "devnode is empty");
    if (!notice.devnode.empty() && !devnodes_.match(notice.devnode))
        return error(contract::ErrorCode::denied,
                     "devnode matches none of hotplug.devnodes (" + devnodes_.text() + ")");
    return std::nullopt;
}

} // namespace hotplugd
