#include "ctl/table.hpp"

#include <algorithm>

#include "daemonkit/escape.hpp"

namespace ctl {
namespace {

using contract::Json;

std::size_t width_of(const std::string& text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::string device_of(const Json& slot)
{
    const auto device = slot.value("device", Json{});
    if (!device.is_object()) return text_of(slot, "reason");
    const auto node = text_of(device, "devnode");
    const auto product = text_of(device, "product");
    return product.empty() ? node : node + " " + product;
}

std::string coloured(const std::string& line, const std::string& state,
                     const commandkit::Style& style)
{
    if (state == "error" || state == "flapping") return style.bad(line);
    if (state == "in_use") return style.good(line);
    return state == "empty" || state == "stopped" ? style.faint(line) : line;
}

} // namespace

std::string text_of(const Json& object, const char* member)
{
    const auto found = object.find(member);
    if (found == object.end() || !found->is_string()) return {};
    return daemonkit::escape_control_bytes(found->get<std::string>());
}

std::string holder_of(const Json& slot)
{
    std::string holder;
    if (const auto client = slot.value("client", Json{}); client.is_object())
        holder = text_of(client, "address");
    if (const auto claim = slot.value("claim", Json{}); claim.is_object())
        holder += (holder.empty() ? "claimed by " : ", claimed by ") + text_of(claim, "owner");
    return holder;
}

std::string table(const std::vector<std::vector<std::string>>& rows)
{
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line += row[i] + std::string(widths[i] - width_of(row[i]) + 2, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string slots_table(const std::vector<Json>& slots, const commandkit::Style& style)
{
    std::vector<std::vector<std::string>> rows{{"SLOT", "PORT", "STATE", "HELD BY", "DEVICE"}};
    for (const auto& slot : slots)
        rows.push_back({text_of(slot, "label"), slot.value("tcp_port", Json{}).dump(),
                        text_of(slot, "state"), holder_of(slot), device_of(slot)});
    const auto plain = table(rows);
    std::string text;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto end = plain.find('\n', begin);
        const auto line = plain.substr(begin, end - begin);
        text += (i == 0 ? style.strong(line) : coloured(line, rows[i][2], style)) + "\n";
        begin = end + 1;
    }
    return text;
}

} // namespace ctl
