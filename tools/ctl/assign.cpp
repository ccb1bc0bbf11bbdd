#include <cstdint>
#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/table.hpp"
#include "ctl/who.hpp"

namespace ctl {
namespace {

struct Wanted {
    std::string place;
    std::string label;
    std::string profile;
    std::uint16_t port = 0;
    std::uint32_t baud = 0;
    Who who;

    Json args() const
    {
        auto said = who.args();
        said[place.starts_with("/dev/") ? "devnode" : "slot_key"] = place;
        if (!label.empty()) said["label"] = label;
        if (port != 0) said["tcp_port"] = port;
        if (!profile.empty()) said["profile"] = profile;
        if (baud != 0) said["baud"] = baud;
        return said;
    }
};

int assign(Session& session, const Wanted& wanted)
{
    const auto slot = session.backend().assign(wanted.args());
    if (session.common().json)
        std::cout << contract::to_text(slot) << "\n";
    else
        std::cout << text_of(slot, "label") << " is on port "
                  << slot.value("tcp_port", Json{}).dump() << "\n";
    return commandkit::exit_ok;
}

int unassign(Session& session, const Who& who)
{
    const auto gone = session.backend().unassign(who.slot, who.args());
    if (session.common().json)
        std::cout << contract::to_text(gone) << "\n";
    else
        std::cout << text_of(gone, "slot") << " is no slot any more\n";
    return commandkit::exit_ok;
}

} // namespace

void add_assign(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand(
        "assign", "Gives a connector its slot, or changes it, and writes slots.json");
    const auto wanted = std::make_shared<Wanted>();
    command
        ->add_option("CONNECTOR", wanted->place,
                     "Its slot_key, as rfc2217-learn-slots prints it, or a fixed tty: /dev/serial0")
        ->required();
    command->add_option("--label", wanted->label, "Its name; SLOT<n> for a new one");
    command->add_option("--port", wanted->port, "Its TCP port; the first free one for a new slot");
    command->add_option("--profile", wanted->profile, "How DTR and RTS are treated")
        ->check(CLI::IsMember({"esp-bridge", "esp-usb-jtag", "plain"}));
    command->add_option("--baud", wanted->baud, "At open, and when a client has gone");
    add_claim(*command, wanted->who);
    command->footer("Example: rfc2217ctl assign platform-3f980000.usb-usb-0:1.2:1.0 "
                    "--label Scope --port 4007");
    command->callback([&chosen, wanted] {
        chosen = [wanted](Session& session) { return assign(session, *wanted); };
    });

    auto* away = app.add_subcommand("unassign", "Takes a slot out of slots.json");
    const auto who = std::make_shared<Who>();
    add_slot(*away, *who);
    add_claim(*away, *who);
    away->footer("Example: rfc2217ctl unassign Scope");
    away->callback(
        [&chosen, who] { chosen = [who](Session& session) { return unassign(session, *who); }; });
}

} // namespace ctl
