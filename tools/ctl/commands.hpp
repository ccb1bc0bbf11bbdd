#pragma once

#include "ctl/session.hpp"

namespace ctl {

/// Each adds its subcommands, and sets `chosen` when one is asked for.
void add_ls(CLI::App& app, Command& chosen);
void add_watch(CLI::App& app, Command& chosen);
void add_actions(CLI::App& app, Command& chosen); ///< start stop reset bootloader kick
void add_assign(CLI::App& app, Command& chosen);  ///< assign unassign
void add_console(CLI::App& app, Command& chosen);
void add_tail(CLI::App& app, Command& chosen);
void add_log(CLI::App& app, Command& chosen); ///< log search
void add_events(CLI::App& app, Command& chosen);
void add_wait(CLI::App& app, Command& chosen);
void add_run(CLI::App& app, Command& chosen);
void add_doctor(CLI::App& app, Command& chosen);
void add_tty(CLI::App& app, Command& chosen);
void add_cert(CLI::App& app, Command& chosen);
void add_import(CLI::App& app, Command& chosen);
void add_completion(CLI::App& app, Command& chosen);

} // namespace ctl
