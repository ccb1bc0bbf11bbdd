#include <iostream>
#include <memory>

#include "ctl/claim.hpp"
#include "ctl/commands.hpp"
#include "ctl/escape_keys.hpp"
#include "ctl/raw_terminal.hpp"
#include "ctl/slot_connection.hpp"
#include "ctl/table.hpp"
#include "ctl/who.hpp"

namespace ctl {
namespace {

constexpr int pause_ms = 30;

struct Wanted {
    Who who;
    bool read_only = false;
};

/// One console while it is open: on the bus, or, of another machine, on the slot's TCP port.
class Console {
public:
    /// @param connection  null: the backend has the bytes
    Console(Backend& backend, const Wanted& wanted, std::unique_ptr<SlotConnection> connection)
        : backend_(backend), wanted_(wanted), connection_(std::move(connection))
    {
        auto args = wanted.who.args();
        if (connection_) args["address"] = "self"; // who connects to the port is we
        if (!wanted.read_only)
            claim_ = std::make_unique<Claim>(backend, wanted.who.slot, std::move(args));
    }

    void run()
    {
        RawTerminal terminal;
        tell(std::string(EscapeKeys::help()));
        while (!quit_ && !terminal.ended() && std::cout) {
            const auto input = terminal.wait(more_ ? 0 : pause_ms);
            try {
                take(input);
                show();
                told_.clear();
            } catch (const std::exception& error) {
                if (told_ != error.what()) tell(error.what()); // once, however long it lasts
                told_ = error.what();
            }
        }
    }

private:
    /// A line of ours among those of the board.
    static void tell(const std::string& text) { std::cerr << "\r\n--- " << text << "\r\n"; }

    void take(const std::string& input)
    {
        if (claim_) claim_->renew();
        for (const auto& typed : keys_.type(input)) {
            if (!typed.bytes.empty() && claim_) write(typed.bytes);
            if (typed.act) perform(*typed.act);
        }
    }

    void write(const std::string& bytes)
    {
        if (connection_) return connection_->write(bytes);
        backend_.write(wanted_.who.slot, bytes, Json{{"owner", claim_->owner()}});
    }

    void perform(EscapeKeys::Act act)
    {
        if (act == EscapeKeys::Act::quit) {
            quit_ = true;
        } else if (act == EscapeKeys::Act::help) {
            tell(std::string(EscapeKeys::help()));
        } else if (!claim_) {
            tell("this console only reads");
        } else {
            const char* name = act == EscapeKeys::Act::reset        ? "reset"
                               : act == EscapeKeys::Act::bootloader ? "bootloader"
                                                                    : "break";
            backend_.act(wanted_.who.slot, name, Json{{"owner", claim_->owner()}});
        }
    }

    void show()
    {
        if (connection_) {
            std::cout << connection_->read() << std::flush;
            return;
        }
        const auto output = backend_.output(wanted_.who.slot, place_);
        more_ = output.more;
        for (const auto& part : output.parts) std::cout << part.bytes;
        std::cout.flush();
    }

    Backend& backend_;
    const Wanted& wanted_;
    std::unique_ptr<SlotConnection> connection_;
    std::unique_ptr<Claim> claim_;
    EscapeKeys keys_;
    Place place_;
    std::string told_;
    bool more_ = false;
    bool quit_ = false;
};

int console(Session& session, const Wanted& wanted)
{
    asio::io_context io{1};
    std::unique_ptr<SlotConnection> connection;
    if (!session.common().host.empty()) {
        // The port has one client, so nobody can look on there; the page can.
        if (wanted.read_only) session.bus("console --read-only");
        const auto slot = slot_named(session.backend(), wanted.who.slot);
        connection = std::make_unique<SlotConnection>(io, slots_host(session.common()),
                                                      slot.value("tcp_port", Json{}).dump());
    }
    Console{session.backend(), wanted, std::move(connection)}.run();
    return commandkit::exit_ok;
}

} // namespace

void add_console(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand("console", "A board's output here, and what is typed to it");
    const auto wanted = std::make_shared<Wanted>();
    add_slot(*command, wanted->who);
    command->add_flag("--read-only", wanted->read_only, "Only look: claim nothing, write nothing");
    command->add_flag("--force", wanted->who.force, "Send away whoever has the slot");
    command->footer("The slot is claimed meanwhile, so that nobody else writes to it. Keys: " +
                    std::string(EscapeKeys::help()) + ".\nExample: rfc2217ctl console ESP32-A");
    command->callback([&chosen, wanted] {
        chosen = [wanted](Session& session) { return console(session, *wanted); };
    });
}

} // namespace ctl
