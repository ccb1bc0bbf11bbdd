#include "loggerd/plain_text.hpp"

#include <cstring>

namespace loggerd {
namespace {

constexpr std::string_view escape = "\\x1b[";
constexpr std::string_view carriage_return = "\\x0d";

/// The length of "\x1b[0;31m" at the front; 0: it is no colour.
std::size_t colour(std::string_view text)
{
    if (!text.starts_with(escape)) return 0;
    const auto end = text.find_first_not_of("0123456789;:", escape.size());
    return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

/// @param put  appends what stands for a colour to the text
template<typename Put>
std::string each_colour(std::string_view encoded, Put put)
{
    std::string text;
    text.reserve(encoded.size());
    while (!encoded.empty()) {
        const auto at = encoded.find(escape);
        text += encoded.substr(0, at);
        if (at == std::string_view::npos) break;
        encoded.remove_prefix(at);
        const auto length = colour(encoded);
        if (length != 0)
            put(text, encoded.substr(0, length));
        else
            text += encoded.front();
        encoded.remove_prefix(length == 0 ? 1 : length);
    }
    return text;
}

} // namespace

std::string_view plain_text(std::string_view encoded, std::string& room)
{
    std::string_view plain = encoded;
    if (::memmem(encoded.data(), encoded.size(), escape.data(), escape.size()) != nullptr)
        plain = room = each_colour(encoded, [](std::string&, std::string_view) {});
    while (plain.ends_with(carriage_return)) plain.remove_suffix(carriage_return.size());
    return plain;
}

std::string coloured_text(std::string_view encoded)
{
    // A board that sends the characters \x1b is encoded as \x5cx1b, so that this is always an ESC.
    return each_colour(encoded, [](std::string& text, std::string_view colour) {
        ((text += '\x1b') += '[') += colour.substr(escape.size());
    });
}

} // namespace loggerd
