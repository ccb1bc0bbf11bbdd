#include "loggerd/line_assembler.hpp"

#include <utility>

namespace loggerd {

void LineAssembler::feed(contract::Time time, std::string_view bytes, const Emit& emit)
{
    if (!pending_.bytes.empty() && time - pending_.last >= idle) cut(emit);
    while (!bytes.empty()) {
        const auto newline = bytes.find('\n');
        auto part = bytes.substr(0, newline);
        const auto room = longest - pending_.bytes.size();
        if (part.size() > room) {
            part = part.substr(0, room);
            add(time, part);
            split(emit);
            bytes.remove_prefix(part.size());
            continue;
        }
        bytes.remove_prefix(part.size());
        if (newline == std::string_view::npos) return add(time, part);
        finish(time, part, emit);
        bytes.remove_prefix(1);
    }
}

void LineAssembler::cut(const Emit& emit)
{
    if (pending_.bytes.empty()) return;
    const auto line = std::exchange(pending_, {});
    emit(line.first, line.bytes, Ending::cut);
}

void LineAssembler::add(contract::Time time, std::string_view bytes)
{
    if (bytes.empty()) return;
    if (pending_.bytes.empty()) pending_.first = time;
    pending_.last = time;
    pending_.bytes += bytes;
}

void LineAssembler::split(const Emit& emit)
{
    const auto& bytes = pending_.bytes;
    const auto stay = bytes.back() == '\r' ? 1 : unfinished_utf8(bytes);
    const auto line = std::exchange(pending_, {});
    const auto end = line.bytes.size() - stay;
    emit(line.first, std::string_view{line.bytes}.substr(0, end), Ending::cut);
    add(line.last, std::string_view{line.bytes}.substr(end));
}

void LineAssembler::finish(contract::Time time, std::string_view rest, const Emit& emit)
{
    auto line = rest; // whole: nearly always it came in one read
    const auto first = pending_.bytes.empty() ? time : pending_.first;
    if (!pending_.bytes.empty()) line = pending_.bytes += rest;
    if (line.ends_with('\r')) line.remove_suffix(1);
    emit(first, line, Ending::newline);
    pending_.bytes.clear(); // keeps its memory for the next
    pending_.first = pending_.last = {};
}

} // namespace loggerd
