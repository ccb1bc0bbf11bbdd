#include "contract/names.hpp"

namespace contract {
namespace {

bool is_slug(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

std::string with_slot(std::string_view kind, std::string_view slot)
{
    std::string topic;
    topic.reserve(kind.size() + slot.size() + 2);
    topic.append(kind).append("/").append(slot).append("/");
    return topic;
}

std::string endpoint(std::string_view runtime_dir, std::string_view daemon, std::string_view kind)
{
    while (runtime_dir.ends_with('/')) runtime_dir.remove_suffix(1);
    return std::string("ipc://").append(runtime_dir).append("/").append(daemon).append(kind);
}

} // namespace

std::string slot_id(std::string_view label)
{
    std::string id;
    bool replaced = false;
    for (const char c : label) {
        if (is_slug(c))
            id += c;
        else if (!replaced)
            id += '-';
        replaced = !is_slug(c);
    }
    const auto first = id.find_first_not_of('-');
    if (first == std::string::npos) return {};
    return id.substr(first, id.find_last_not_of('-') - first + 1);
}

std::string events_endpoint(std::string_view runtime_dir, std::string_view daemon)
{
    return endpoint(runtime_dir, daemon, ".pub");
}

std::string requests_endpoint(std::string_view runtime_dir, std::string_view daemon)
{
    return endpoint(runtime_dir, daemon, ".rpc");
}

namespace topics {

std::string slot_changed(std::string_view slot)
{
    return with_slot("slot.changed", slot);
}
std::string slot_removed(std::string_view slot)
{
    return with_slot("slot.removed", slot);
}
std::string serial_rx(std::string_view slot)
{
    return with_slot("serial.rx", slot);
}
std::string serial_tx(std::string_view slot)
{
    return with_slot("serial.tx", slot);
}
std::string serial_info(std::string_view slot)
{
    return with_slot("serial.info", slot);
}
std::string log_line(std::string_view slot)
{
    return with_slot("log.line", slot);
}
std::string log_boot(std::string_view slot)
{
    return with_slot("log.boot", slot);
}
std::string log_alert(std::string_view slot)
{
    return with_slot("log.alert", slot);
}

std::string_view slot_of(std::string_view topic)
{
    const auto kind = topic.find('/');
    if (kind == std::string_view::npos) return {};
    const auto rest = topic.substr(kind + 1);
    return rest.substr(0, rest.find('/'));
}

std::string_view kind_of(std::string_view topic)
{
    return topic.substr(0, topic.find('/'));
}

} // namespace topics

namespace streams {

std::string serial(std::string_view slot)
{
    return "serial/" + std::string(slot);
}
std::string log(std::string_view slot)
{
    return "log/" + std::string(slot);
}

} // namespace streams

} // namespace contract
