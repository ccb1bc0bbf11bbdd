// rfc2217ctl: asks the daemons, and has them do things. One subcommand a file.

#include <zmq.hpp>

#include "commandkit/command_line.hpp"
#include "ctl/doctor.hpp"

int main(int argc, char** argv)
{
    CLI::App app{"Controls the serial ports on the network", "rfc2217ctl"};
    app.require_subcommand(1);
    ctl::Command chosen;
    ctl::add_doctor(app, chosen);
    return commandkit::run(argc, argv, app, [&] {
        asio::io_context io{1};
        zmq::context_t zmq{1};
        return chosen(io, zmq);
    });
}
