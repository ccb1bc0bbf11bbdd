// rfc2217ctl: asks the daemons, and has them do things. One subcommand a file.

#include <zmq.hpp>

#include "commandkit/command_line.hpp"
#include "ctl/commands.hpp"

int main(int argc, char** argv)
{
    CLI::App app{"Controls the serial ports on the network", "rfc2217ctl"};
    app.require_subcommand(1);
    app.fallthrough(); // --json and --host also behind the subcommand
    ctl::Common common;
    ctl::add_common(app, common);
    ctl::Command chosen;
    for (const auto add :
         {ctl::add_ls, ctl::add_watch, ctl::add_console, ctl::add_tail, ctl::add_log,
          ctl::add_events, ctl::add_wait, ctl::add_run, ctl::add_actions, ctl::add_assign,
          ctl::add_tty, ctl::add_cert, ctl::add_import, ctl::add_doctor, ctl::add_completion})
        add(app, chosen);
    return commandkit::run(argc, argv, app, [&] {
        asio::io_context io{1};
        zmq::context_t zmq{1};
        ctl::Session session{common, io, zmq};
        try {
            return chosen(session);
        } catch (const commandkit::Refused& refused) {
            if (refused.code() != contract::ErrorCode::not_found) throw;
            throw commandkit::WrongUsage(refused.what());
        }
    });
}
