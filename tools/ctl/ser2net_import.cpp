#include "ctl/ser2net_import.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>

#include <yaml-cpp/yaml.h>

#include "contract/json.hpp"
#include "contract/names.hpp"
#include "ctl/gensio_words.hpp"

namespace ctl {
namespace {

using contract::Json;

constexpr std::uint16_t least_port = 1024;
constexpr std::size_t longest_name = 94; // of the 100 bytes of a label: a number may follow
/// Of ser2net's options; here it is always so, or there is no need for it.
constexpr std::array<std::string_view, 18> needless{"chardelay",
                                                    "chardelay-scale",
                                                    "chardelay-min",
                                                    "chardelay-max",
                                                    "net-to-dev-bufsize",
                                                    "dev-to-net-bufsize",
                                                    "led-tx",
                                                    "led-rx",
                                                    "telnet-brk-on-sync",
                                                    "mdns",
                                                    "mdns-interface",
                                                    "mdns-type",
                                                    "mdns-domain",
                                                    "mdns-host",
                                                    "mdns-txt",
                                                    "mdns-nettype",
                                                    "mdns-name",
                                                    "mdns-interface-index"};
/// Before the address of an accepter: gensio(5).
constexpr std::array<std::string_view, 3> families{"ipv4", "ipv6", "ipv6n4"};
/// Behind the speed in a connector; ours does it so.
constexpr std::array<std::string_view, 3> usual_words{"local", "nobreak", "clocal"};

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

std::string scalar(const YAML::Node& node)
{
    return node.IsDefined() && node.IsScalar() ? node.Scalar() : std::string{};
}

bool is_yes(const std::string& text)
{
    return text == "true" || text == "on" || text == "yes";
}

/// One connection on its way to a slot.
class Connection {
public:
    Connection(Imported& result, const YAML::Node& node, std::size_t line, std::string name)
        : result_(result), node_(node), line_(line), name_(std::move(name))
    {
    }

    /// @param speed  that of `default: speed`
    std::optional<Json> slot(const std::string& speed)
    {
        if (const auto enabled = scalar(node_["enable"]); !enabled.empty() && !is_yes(enabled))
            return leave_out("is not enabled");
        if (!read_accepter() || !read_connector(speed)) return {};
        note_words(scalar(node_["accepter"]));
        note_words(scalar(node_["connector"]));
        read_options();
        slot_["label"] = label();
        return slot_;
    }

private:
    std::string label()
    {
        if (name_.empty()) return device_name_;
        if (!contract::slot_id(name_).empty() && name_.size() <= longest_name) return name_;
        note("no slot can be called " + name_ + "; it is " + device_name_);
        return device_name_;
    }

    void note(const std::string& text)
    {
        const auto who = name_.empty() ? std::string{"a connection"} : name_;
        result_.notes.push_back("line " + std::to_string(line_) + ": " + who + ": " + text);
    }
    std::nullopt_t leave_out(const std::string& why)
    {
        note(why + "; left out");
        ++result_.left_out;
        return std::nullopt;
    }

    /// Of "tcp(nodelay),2000"; that a telnet speaks RFC 2217 is always so.
    void note_words(const std::string& text)
    {
        for (const auto& word : gensio_words(text))
            if (word != gensio_name(word) && word != "telnet(rfc2217)" &&
                word != "telnet(rfc2217=true)")
                note("the options of " + word + " have no counterpart");
    }

    bool read_accepter()
    {
        const auto text = scalar(node_["accepter"]);
        auto words = gensio_words(text);
        if (gensio_name(words.front()) == "telnet") words.erase(words.begin());
        const bool is_tcp = words.size() >= 2 && gensio_name(words.front()) == "tcp";
        if (!is_tcp) return leave_out("accepter " + text + " is no TCP port in the clear"), false;
        words.erase(words.begin());
        if (std::ranges::find(families, words.front()) != families.end())
            words.erase(words.begin());
        if (words.empty() || words.size() > 2)
            return leave_out("accepter " + text + " is not one port"), false;
        const auto& port_text = words.back();
        std::uint16_t port = 0;
        const auto* end = port_text.data() + port_text.size();
        const auto read = std::from_chars(port_text.data(), end, port);
        if (read.ec != std::errc{} || read.ptr != end || port < least_port)
            return leave_out("port " + port_text + " is not one of 1024–65535"), false;
        slot_["tcp_port"] = port;
        if (words.size() > 1) read_address(words.front());
        return true;
    }

    void read_address(const std::string& address)
    {
        const bool is_any = address.empty() || address == "0.0.0.0" || address == "::";
        if (is_any) return;
        if (address == "localhost" || address == "::1" || address.starts_with("127.")) {
            slot_["allow"] = {"127.0.0.0/8"};
            return;
        }
        note("listens on " + address +
             " alone; here every slot listens on bridge.bind of "
             "settings.json");
    }

    bool read_connector(const std::string& speed)
    {
        const auto text = scalar(node_["connector"]);
        const auto words = gensio_words(text);
        if (words.size() < 2 || gensio_name(words.front()) != "serialdev")
            return leave_out("connector " + text + " is no serialdev"), false;
        if (!words[1].starts_with('/')) return leave_out(words[1] + " is no path of a tty"), false;
        read_device(words[1]);
        read_speed(words.size() > 2 ? words[2] : speed);
        for (std::size_t i = 3; i < words.size(); ++i)
            if (std::ranges::find(usual_words, words[i]) == usual_words.end())
                note(words[i] + " of the connector has no counterpart");
        return true;
    }

    /// udev's name of a connector is that connector's slot_key: docs/slots.md.
    void read_device(const std::string& path)
    {
        constexpr std::string_view by_path = "/dev/serial/by-path/";
        constexpr std::string_view first_port = "-port0";
        device_name_ = path.substr(path.rfind('/') + 1);
        if (path.starts_with(by_path)) {
            auto key = path.substr(by_path.size());
            if (key.ends_with(first_port)) key.resize(key.size() - first_port.size());
            slot_["slot_key"] = key;
            return;
        }
        slot_["devnode"] = path;
        if (device_name_.starts_with("ttyUSB") || device_name_.starts_with("ttyACM"))
            note(path + " is not always the same board; rfc2217-learn-slots gives connectors "
                        "their names");
    }

    void read_speed(const std::string& word)
    {
        if (word.empty()) return;
        const auto speed = serial_speed(word);
        if (!speed || speed->baud > INT32_MAX) return note(word + " is no speed");
        slot_["baud"] = speed->baud;
        if (speed->framing != "n81")
            note(word + ": a slot is opened with 8N1, and clients set what they need");
    }

    void read_options()
    {
        constexpr std::array<std::string_view, 4> known{"accepter", "connector", "enable",
                                                        "options"};
        for (const auto& entry : node_)
            if (std::ranges::find(known, entry.first.Scalar()) == known.end())
                note(entry.first.Scalar() + " has no counterpart");
        for (const auto& option : node_["options"]) {
            const auto name = option.first.Scalar();
            const auto value = scalar(option.second);
            if (name == "kickolduser") {
                if (is_yes(value)) slot_["second_client"] = "take_over";
            } else if (name == "max-connections") {
                if (value != "1") slot_["second_client"] = "observe";
                if (value != "1") note("of several clients one writes, the others observe");
            } else if (name.starts_with("trace-")) {
                note(name + ": every slot has a log, in /var/log/serial");
            } else if (std::ranges::find(needless, name) == needless.end()) {
                note("option " + name + " has no counterpart");
            }
        }
    }

    Imported& result_;
    const YAML::Node& node_;
    std::size_t line_;
    std::string name_;
    std::string device_name_;
    Json slot_ = Json::object();
};

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
    return scalar(value["name"]) == "speed" ? scalar(value["value"]) : std::string{};
}

} // namespace

Imported import_ser2net(const std::string& text, const std::string& file_name)
try {
    Imported result;
    const auto top = YAML::Load(text);
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
            if (auto slot = Connection{result, entry.second, line, name}.slot(speed))
                slots.add(std::move(*slot), line);
        } else if (key == "default" && !default_speed(entry.second).empty()) {
            speed = default_speed(entry.second);
        } else if (key != "define") {
            result.notes.push_back("line " + std::to_string(line) + ": " + key +
                                   " has no counterpart");
        }
    }
    result.document = {{"slots", slots.take()}};
    return result;
} catch (const YAML::Exception& error) {
    throw contract::BadMessage(file_name + ":" + std::to_string(error.mark.line + 1) + ":" +
                               std::to_string(error.mark.column + 1) + ": " + error.msg);
}

} // namespace ctl
