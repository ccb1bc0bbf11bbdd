#include "ctl/ser2net_import.hpp"

#include <algorithm>
#include <set>

#include <yaml-cpp/yaml.h>

#include "contract/names.hpp"
#include "ctl/ser2net_connection.hpp"

namespace ctl {
namespace {

using contract::Json;

/// The names behind "connection: &", which a YAML parser keeps for itself, by line from 1.
std::vector<std::string> anchors_by_line(std::string_view text)
{
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        constexpr std::string_view key = "connection:";
        auto rest = line.starts_with(key) ? line.substr(key.size()) : std::string_view{};
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        const bool is_named = rest.starts_with('&');
        names.emplace_back(is_named ? rest.substr(1, rest.find_first_of(" \r", 1) - 1) : "");
    }
    return names;
}

/// What may be there once of all slots.
class Slots {
public:
    explicit Slots(Imported& result) : result_(result) {}

    void add(Json slot, std::size_t line)
    {
        const auto place = slot.contains("devnode") ? slot["devnode"].get<std::string>()
                                                    : slot["slot_key"].get<std::string>();
        const auto port = slot["tcp_port"].get<int>();
        if (!places_.insert(place).second || !ports_.insert(port).second) {
            result_.notes.push_back("line " + std::to_string(line) + ": " + place + " or port " +
                                    std::to_string(port) + " has a slot already; left out");
            ++result_.left_out;
            return;
        }
        const auto label = slot["label"].get<std::string>();
        for (int number = 2; !ids_.insert(id_of(slot["label"])).second; ++number)
            slot["label"] = label + "-" + std::to_string(number);
        all_.push_back(std::move(slot));
    }

    Json take() { return std::move(all_); }

private:
    static std::string id_of(const Json& label)
    {
        return contract::slot_id(label.get<std::string>());
    }

    Imported& result_;
    std::set<std::string> places_;
    std::set<std::string> ids_;
    std::set<int> ports_;
    Json all_ = Json::array();
};

std::string default_speed(const YAML::Node& value)
{
    return yaml_text(value["name"]) == "speed" ? yaml_text(value["value"]) : std::string{};
}

} // namespace

Imported import_ser2net(const std::string& text, const std::string& file_name)
try {
    Imported result;
    const auto documents = YAML::LoadAll(text);
    const auto top = documents.empty() ? YAML::Node{} : documents.front();
    if (!top.IsMap())
        throw contract::BadMessage(file_name + ": is no ser2net.yaml: keys such as connection: "
                                               "are missing (ser2net.conf is of ser2net 3)");
    const auto anchors = anchors_by_line(text);
    Slots slots{result};
    std::string speed;
    for (const auto& entry : top) {
        const auto key = entry.first.Scalar();
        const auto line = static_cast<std::size_t>(entry.first.Mark().line) + 1;
        if (key == "connection" && entry.second.IsMap()) {
            const auto& name = anchors.at(line - 1);
            if (auto slot = slot_of_connection(entry.second, {name, line, speed}, result))
                slots.add(std::move(*slot), line);
        } else if (key == "default" && !default_speed(entry.second).empty()) {
            speed = default_speed(entry.second);
        } else if (key != "define") {
            result.notes.push_back("line " + std::to_string(line) + ": " + key +
                                   " has no counterpart");
        }
    }
    if (documents.size() > 1)
        result.notes.emplace_back("only the first YAML document of the file is read");
    result.document = {{"slots", slots.take()}};
    return result;
} catch (const YAML::Exception& error) {
    throw contract::BadMessage(file_name + ":" + std::to_string(error.mark.line + 1) + ":" +
                               std::to_string(error.mark.column + 1) + ": " + error.msg);
}

} // namespace ctl
