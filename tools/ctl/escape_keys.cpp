#include "ctl/escape_keys.hpp"

#include <utility>

namespace ctl {
namespace {

constexpr char ctrl_t = 0x14;
constexpr char ctrl_bracket = 0x1D;

std::optional<EscapeKeys::Act> act_of(char key)
{
    switch (key) {
    case 'r':
        return EscapeKeys::Act::reset;
    case 'b':
        return EscapeKeys::Act::bootloader;
    case 'k':
        return EscapeKeys::Act::send_break;
    case 'q':
        return EscapeKeys::Act::quit;
    default:
        return EscapeKeys::Act::help;
    }
}

bool is_key_itself(char key)
{
    return key == ctrl_t || key == ctrl_bracket;
}

} // namespace

std::vector<EscapeKeys::Typed> EscapeKeys::type(std::string_view input)
{
    std::vector<Typed> typed(1);
    for (const char key : input) {
        std::optional<Act> act;
        if (std::exchange(escaped_, false)) {
            if (!is_key_itself(key)) act = act_of(key);
        } else if (key == ctrl_t) {
            escaped_ = true;
            continue;
        } else if (key == ctrl_bracket) {
            act = Act::quit;
        }
        if (act) {
            typed.back().act = act;
            typed.emplace_back();
        } else {
            typed.back().bytes += key;
        }
    }
    if (typed.back().bytes.empty()) typed.pop_back();
    return typed;
}

std::string_view EscapeKeys::help()
{
    return "Ctrl-] quit; Ctrl-T r reset, b bootloader, k break, q quit, h this help; "
           "Ctrl-T Ctrl-T and Ctrl-T Ctrl-] send that key";
}

} // namespace ctl
