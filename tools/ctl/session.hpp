#pragma once

#include <functional>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "commandkit/asking.hpp"
#include "commandkit/command_line.hpp"
#include "ctl/backend.hpp"

namespace ctl {

/// What is said once, for all subcommands, before or behind their names.
struct Common {
    commandkit::Places places;
    std::string host; ///< the portal to ask; "": the bus of this machine
    std::string token_file;
    std::string authorities; ///< --cacert
    bool json = false;
};
void add_common(CLI::App& app, Common& common);
/// Where the slots' TCP ports are: the machine in --host, or this one.
std::string slots_host(const Common& common);

/// One run of the program: whom it asks.
class Session {
public:
    Session(const Common& common, asio::io_context& io, zmq::context_t& zmq);

    const Common& common() const { return common_; }
    /// Here or there, as --host says; made at the first call.
    Backend& backend();
    /// The bus of this machine, for what a portal does not offer.
    /// @throws commandkit::WrongUsage with --host
    commandkit::Asking& bus(const std::string& what);

private:
    const Common& common_;
    asio::io_context& io_;
    zmq::context_t& zmq_;
    commandkit::Asking asking_;
    std::unique_ptr<Backend> backend_;
};

/// What a subcommand does once it was chosen; returns the exit code.
using Command = std::function<int(Session&)>;

} // namespace ctl
