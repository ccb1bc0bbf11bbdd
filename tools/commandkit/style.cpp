#include "commandkit/style.hpp"

#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace commandkit {

Style Style::of_stdout()
{
    const auto set = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string_view{value == nullptr ? "" : value};
    };
    return Style{::isatty(STDOUT_FILENO) == 1 && set("NO_COLOR").empty() && !set("TERM").empty() &&
                 set("TERM") != "dumb"};
}

std::string Style::with(const char* code, const std::string& text) const
{
    return coloured_ ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
}

} // namespace commandkit
