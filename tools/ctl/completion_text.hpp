#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace ctl {

/// What a shell reads to complete the program's words: subcommands, options, slots; made from the
/// options themselves.
std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);
std::string fish_completion(const CLI::App& app);

} // namespace ctl
