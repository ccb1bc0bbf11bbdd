// slot-link: prints the id of the slot that a connector has. udev names a link after it.
//
// slot-link [--slots FILE] PATH [PORT]     PATH: ID_PATH or DEVPATH, PORT: usb-serial's port_number
// 0: printed. 1: there is none, silently, also when slots.json is wrong. 2: wrong usage.
#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

#include "slot_link/slot_link.hpp"

int main(int argc, char** argv)
try {
    std::vector<std::string_view> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    std::filesystem::path slots_file = "/etc/rfc2217/slots.json";
    if (words.size() >= 2 && words[0] == "--slots") {
        slots_file = words[1];
        words.erase(words.begin(), words.begin() + 2);
    }
    if (words.empty() || words.size() > 2 || words[0].starts_with("--")) {
        std::fputs("usage: slot-link [--slots FILE] PATH [PORT]\n", stderr);
        return 2;
    }
    const auto key = slot_link::key_of(words[0], words.size() > 1 ? words[1] : "");
    const auto id = slot_link::id_of(slots_file, key);
    if (!id) return 1;
    std::puts(id->c_str());
    return 0;
} catch (const std::exception&) {
    return 1;
}
