#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "loop/asio.hpp"

namespace zmq {
class context_t;
}

namespace ctl {

/// What a subcommand does once it was chosen; returns the exit code.
using Command = std::function<int(asio::io_context&, zmq::context_t&)>;

/// `doctor SLOT`: why does this slot not work? Sets `chosen` when it is asked for.
void add_doctor(CLI::App& app, Command& chosen);

} // namespace ctl
