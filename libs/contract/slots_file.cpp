#include "contract/slots_file.hpp"

#include <array>
#include <map>
#include <set>

#include "contract/names.hpp"

namespace contract {
namespace {

constexpr std::uint16_t least_port = 1024;
constexpr std::uint16_t most_port = 65535;
constexpr std::size_t most_label_bytes = 100; // it becomes part of file names and topics
constexpr std::size_t most_place_bytes = 1000;

// What Python portals later than the one that is replaced read from their file.
constexpr std::array<std::string_view, 3> foreign_top_keys{"gpio_boot", "gpio_en", "debug_probes"};
constexpr std::array<std::string_view, 7> foreign_slot_keys{
    "gpio_boot", "gpio_en", "gdb_port", "openocd_telnet_port", "usb_prefix", "role", "group"};

template<std::size_t n>
void warn_of(const std::array<std::string_view, n>& keys, const Fields& fields,
             std::vector<std::string>& warnings)
{
    for (const std::string_view key : keys) {
        if (!fields.has(key)) continue;
        warnings.push_back(fields.where() + ": " + std::string(key) +
                           ": a key of a later Python portal, not used here");
    }
}

/// "slots[1] \"SLOT2\"", as a person finds it in the file.
std::string entry_name(std::size_t index, const Json& entry)
{
    std::string name = "slots[" + std::to_string(index) + "]";
    const auto label = entry.is_object() ? entry.find("label") : entry.end();
    if (label != entry.end() && label->is_string()) name += " " + to_text(*label);
    return name.substr(0, 120);
}

void read_place(const Fields& fields, SlotConfig& slot)
{
    slot.devnode = fields.string_or_null("devnode");
    const auto key = fields.string_or_null("slot_key");
    const char* name = slot.devnode ? "devnode" : "slot_key";
    if (key && slot.devnode) fields.fail(name, "a slot has a slot_key or a devnode, not both");
    if (!key && !slot.devnode) {
        const bool prefix = fields.has("usb_prefix");
        fields.fail(name, prefix ? "is missing: a usb_prefix is not enough, rfc2217-learn-slots "
                                   "prints the slot_key"
                                 : "is missing, and there is no devnode");
    }
    slot.slot_key = key ? *key : *slot.devnode;
    if (slot.slot_key.empty()) fields.fail(name, "is empty");
    if (slot.slot_key.size() > most_place_bytes) fields.fail(name, "is longer than 1000 bytes");
    if (slot.devnode && !slot.devnode->starts_with('/')) {
        fields.fail(name, to_text(*slot.devnode) + " is not an absolute path");
    }
}

SecondClient read_second_client(const Fields& fields)
{
    if (!fields.has("second_client")) return SecondClient::refuse;
    const std::string text = fields.choice("second_client", {"refuse", "take_over", "observe"});
    if (text == "take_over") return SecondClient::take_over;
    return text == "observe" ? SecondClient::observe : SecondClient::refuse;
}

SlotConfig read_slot(const Fields& fields)
{
    SlotConfig slot;
    slot.label = fields.string("label");
    slot.id = slot_id(slot.label);
    if (slot.id.empty()) fields.fail("label", "has no letter or digit to make an id of");
    if (slot.label.size() > most_label_bytes) fields.fail("label", "is longer than 100 bytes");
    read_place(fields, slot);
    slot.tcp_port = fields.number<std::uint16_t>("tcp_port", least_port, most_port);
    if (fields.has("profile")) {
        slot.profile = fields.choice("profile", {"esp-bridge", "esp-usb-jtag", "plain"});
    }
    slot.baud = fields.number_or<std::uint32_t>("baud", slot.baud, 1, 2147483647);
    slot.second_client = read_second_client(fields);
    slot.allow = fields.strings_or_none("allow");
    if (fields.has("allow") && slot.allow.empty())
        fields.fail("allow", "is empty, so nobody could connect; without it access.allow counts");
    return slot;
}

std::optional<PortRange> read_auto_assign(const Fields& top)
{
    if (!top.has("auto_assign")) return std::nullopt;
    const Fields fields = top.object("auto_assign");
    PortRange range;
    range.first = fields.number_or("first_port", range.first, least_port, most_port);
    range.last = fields.number_or("last_port", range.last, least_port, most_port);
    if (range.first > range.last) {
        fields.fail("last_port", std::to_string(range.last) + " is before first_port " +
                                     std::to_string(range.first));
    }
    fields.no_others();
    return range;
}

/// Refuses what two slots cannot both have.
class Uniqueness {
public:
    void check(const Fields& fields, const std::string& name, const SlotConfig& slot)
    {
        claim(fields, "label", labels_, slot.label, name, "is the label of");
        claim(fields, "label", ids_, slot.id, name, "has the id " + slot.id + ", like");
        claim(fields, "tcp_port", ports_, std::to_string(slot.tcp_port), name,
              std::to_string(slot.tcp_port) + " is the port of");
        claim(fields, slot.devnode ? "devnode" : "slot_key", keys_, slot.slot_key, name,
              to_text(slot.slot_key) + " is the place of");
    }

private:
    using Owners = std::map<std::string, std::string>;
    static void claim(const Fields& fields, std::string_view key, Owners& owners,
                      const std::string& value, const std::string& name, const std::string& is)
    {
        const auto [owner, is_new] = owners.emplace(value, name);
        if (!is_new) fields.fail(key, is + " " + owner->second + " already");
    }

    Owners labels_, ids_, ports_, keys_;
};

} // namespace

std::string_view to_string(SecondClient policy)
{
    switch (policy) {
    case SecondClient::take_over:
        return "take_over";
    case SecondClient::observe:
        return "observe";
    case SecondClient::refuse:
        break;
    }
    return "refuse";
}

SlotsFile parse_slots(std::string_view text, const std::string& file_name)
{
    SlotsFile file;
    file.document = parse_json(text, file_name);
    const Fields top(file.document, file_name);
    file.auto_assign = read_auto_assign(top);
    Uniqueness uniqueness;
    if (top.has("slots")) {
        const Json& entries = top.array("slots");
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const std::string name = entry_name(i, entries[i]);
            const Fields fields(entries[i], file_name + ": " + name);
            file.slots.push_back(read_slot(fields));
            warn_of(foreign_slot_keys, fields, file.warnings);
            fields.no_others();
            uniqueness.check(fields, name, file.slots.back());
        }
    }
    warn_of(foreign_top_keys, top, file.warnings);
    top.no_others();
    return file;
}

} // namespace contract
