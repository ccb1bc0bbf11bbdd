#include "ctl/ser2net_connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <yaml-cpp/yaml.h>

#include "contract/names.hpp"
#include "ctl/gensio_words.hpp"

namespace ctl {
namespace {

using contract::Json;

constexpr std::uint16_t least_port = 1024;
constexpr std::size_t longest_name = 94; // of the 100 bytes of a label: a number may follow
/// Of ser2net's options; here it is always so, or there is no need for it.
constexpr std::array<std::string_view, 8> needless{
    "chardelay",          "chardelay-scale",    "chardelay-min",      "chardelay-max",
    "net-to-dev-bufsize", "dev-to-net-bufsize", "telnet-brk-on-sync", "mdns"};
/// Before the address of an accepter: gensio(5).
constexpr std::array<std::string_view, 3> families{"ipv4", "ipv6", "ipv6n4"};
/// Behind the speed in a connector; ours does it so.
constexpr std::array<std::string_view, 3> usual_words{"local", "nobreak", "clocal"};

bool is_yes(const std::string& text)
{
    return text == "true" || text == "on" || text == "yes";
}

/// One connection on its way to a slot.
class Connection {
public:
    Connection(Imported& result, const YAML::Node& node, const ConnectionPlace& place)
        : result_(result), node_(node), place_(place)
    {
    }

    std::optional<Json> slot()
    {
        if (const auto enabled = yaml_text(node_["enable"]); !enabled.empty() && !is_yes(enabled))
            return leave_out("is not enabled");
        if (!read_accepter() || !read_connector()) return {};
        note_words(yaml_text(node_["accepter"]));
        note_words(yaml_text(node_["connector"]));
        read_options();
        slot_["label"] = label();
        return slot_;
    }

private:
    std::string label()
    {
        if (place_.name.empty()) return device_name_;
        if (!contract::slot_id(place_.name).empty() && place_.name.size() <= longest_name)
            return place_.name;
        note("no slot can be called " + place_.name + "; it is " + device_name_);
        return device_name_;
    }

    void note(const std::string& text)
    {
        const auto who = place_.name.empty() ? std::string{"a connection"} : place_.name;
        result_.notes.push_back("line " + std::to_string(place_.line) + ": " + who + ": " + text);
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
        const auto text = yaml_text(node_["accepter"]);
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

    bool read_connector()
    {
        const auto text = yaml_text(node_["connector"]);
        const auto words = gensio_words(text);
        if (words.size() < 2 || gensio_name(words.front()) != "serialdev")
            return leave_out("connector " + text + " is no serialdev"), false;
        if (!words[1].starts_with('/')) return leave_out(words[1] + " is no path of a tty"), false;
        read_device(words[1]);
        read_speed(words.size() > 2 ? words[2] : place_.default_speed);
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
            const auto value = yaml_text(option.second);
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
    const ConnectionPlace& place_;
    std::string device_name_;
    Json slot_ = Json::object();
};

} // namespace

std::string yaml_text(const YAML::Node& node)
{
    return node.IsDefined() && node.IsScalar() ? node.Scalar() : std::string{};
}

std::optional<Json> slot_of_connection(const YAML::Node& node, const ConnectionPlace& place,
                                       Imported& result)
{
    return Connection{result, node, place}.slot();
}

} // namespace ctl
