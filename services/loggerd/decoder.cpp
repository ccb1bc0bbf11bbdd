#include "loggerd/decoder.hpp"

#include <cstddef>

namespace loggerd {
namespace {

int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool is_time(std::string_view text)
{
    constexpr std::string_view shape = "0000-00-00 00:00:00.000";
    if (text.size() != shape.size()) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool fits = shape[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == shape[i];
        if (!fits) return false;
    }
    return true;
}

} // namespace

std::optional<LoggedLine> parse_line(std::string_view line)
{
    constexpr std::size_t time_bytes = 23;
    if (line.size() < time_bytes + 4 || line[0] != '[') return {};
    LoggedLine found;
    found.time = line.substr(1, time_bytes);
    line.remove_prefix(1 + time_bytes);
    if (!is_time(found.time) || !line.starts_with("] [")) return {};
    line.remove_prefix(3);
    const auto end = line.find("] ");
    if (end == std::string_view::npos) return {};
    found.kind = line.substr(0, end);
    if (found.kind != "RX" && found.kind != "TX" && found.kind != "INFO") return {};
    found.text = line.substr(end + 2);
    if (found.text.ends_with('\\')) {
        found.ending = Ending::cut;
        found.text.remove_suffix(1);
    }
    return found;
}

std::string decode(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x') {
            const int high = digit(text[i + 2]);
            const int low = digit(text[i + 3]);
            if (high >= 0 && low >= 0) {
                bytes += static_cast<char>(high * 16 + low);
                i += 3;
                continue;
            }
        }
        bytes += text[i];
    }
    return bytes;
}

std::string decode_log(std::string_view log, std::string_view kind)
{
    std::string bytes;
    while (!log.empty()) {
        const auto end = log.find('\n');
        const auto line = parse_line(log.substr(0, end));
        if (line && line->kind == kind) {
            bytes += decode(line->text);
            if (line->ending == Ending::newline) bytes += '\n';
        }
        log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
    }
    return bytes;
}

} // namespace loggerd
