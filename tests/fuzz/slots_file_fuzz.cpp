// slots.json: any text is a file or refused; what auto_assign writes can be read again.

#include "contract/slots_edit.hpp"
#include "fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const auto file = contract::parse_slots(text_of_input(data, size), "slots.json");
        const auto again = contract::parse_slots(contract::format_slots(file), "again");
        require(again.slots == file.slots && again.auto_assign == file.auto_assign);
        const auto more = contract::with_new_slot(file, "platform-3f980000.usb-usb-0:1.2:1.0");
        if (!more) return 0;
        require(more->slots.size() == file.slots.size() + 1);
        const auto written = contract::parse_slots(contract::format_slots(*more), "written");
        require(written.slots == more->slots);
    } catch (const contract::BadMessage&) {
        // refused, as it should be
    }
    return 0;
}
