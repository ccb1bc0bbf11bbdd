#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ctl {

/// Runs a program with more in its environment until it ends; SIGTERM and SIGHUP go on to it, and
/// SIGINT is its alone.
/// @param meanwhile  called several times a second
/// @return as a shell says it: its exit code, 128 and the signal that ended it, 127 for one that
///         cannot be run
int run_child(const std::vector<std::string>& words,
              const std::map<std::string, std::string>& environment,
              const std::function<void()>& meanwhile);

} // namespace ctl
