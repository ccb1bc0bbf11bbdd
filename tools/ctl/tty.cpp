#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "ctl/commands.hpp"
#include "ctl/table.hpp"
#include "ctl/tty_link.hpp"
#include "ctl/who.hpp"

namespace ctl {
namespace {

struct Wanted {
    Who who;
    std::filesystem::path link;
};

int serve(Session& session, const Wanted& wanted)
{
    const auto slot = slot_named(session.backend(), wanted.who.slot);
    const auto host = slots_host(session.common());
    const auto port = slot.value("tcp_port", Json{}).dump();
    PtySettings settings;
    settings.baud = slot.value("settings", Json::object()).value("baud", settings.baud);

    asio::io_context io{1};
    std::optional<Symlink> link;
    TtyLink tty{io,
                host,
                port,
                settings,
                [&](const std::string& what) {
                    std::cerr << "rfc2217ctl: " << host << ":" << port << ": " << what << "\n";
                },
                [&](const std::string& other) {
                    if (link) link->point_to(other);
                }};
    link.emplace(wanted.link, tty.tty());
    asio::signal_set signals{io, SIGINT, SIGTERM, SIGHUP};
    signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
    if (session.common().json)
        std::cout << contract::to_text(Json{{"slot", text_of(slot, "slot")},
                                            {"link", wanted.link.string()},
                                            {"tty", tty.tty()},
                                            {"host", host},
                                            {"tcp_port", slot.value("tcp_port", Json{})}})
                  << std::endl;
    else
        std::cout << wanted.link.string() << " is " << text_of(slot, "label") << " on " << host
                  << ":" << port << "; Ctrl-C ends it" << std::endl;
    io.run();
    return commandkit::exit_ok;
}

} // namespace

void add_tty(CLI::App& app, Command& chosen)
{
    auto* command =
        app.add_subcommand("tty", "Makes a device of a slot, for programs that want one");
    const auto wanted = std::make_shared<Wanted>();
    add_slot(*command, wanted->who);
    command->add_option("--link", wanted->link, "The device: /dev/ttyESP32")->required();
    command->footer("Connected while a program has it open. Baud rate, stop bits and flow control "
                    "are the board's; a pty has no parity, no other sizes than 8 bits and no DTR "
                    "and RTS: rfc2217ctl reset, bootloader.\n"
                    "Example: sudo rfc2217ctl tty ESP32-A --link /dev/ttyESP32");
    command->callback([&chosen, wanted] {
        chosen = [wanted](Session& session) { return serve(session, *wanted); };
    });
}

} // namespace ctl
