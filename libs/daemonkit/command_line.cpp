#include "daemonkit/command_line.hpp"

#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "daemonkit/escape.hpp"
#include "daemonkit/journal_sink.hpp"
#include "daemonkit/lifetime.hpp"
#include "daemonkit/log.hpp"

namespace daemonkit {

namespace {

void add_common_options(CLI::App& app, Arguments& arguments)
{
    app.add_option("--slots", arguments.slots_file, "Which connector is which TCP port")
        ->envname("RFC2217_CONFIG")
        ->default_val("/etc/rfc2217/slots.json");
    app.add_option("--settings", arguments.settings_file, "Everything else; may be absent")
        ->default_val("/etc/rfc2217/settings.json");
    app.add_option("--runtime-dir", arguments.runtime_dir, "Sockets and history")
        ->default_val("/run/rfc2217");
    app.add_option("--state-dir", arguments.state_dir, "What outlives a reboot")
        ->default_val("/var/lib/rfc2217");
    app.add_option("--log-level", arguments.log_level, "Least important line to log")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
        ->default_val("info");
    app.add_flag("--check-config", arguments.check_config,
                 "Say what is wrong with the configuration, start nothing");
}

/// Why a daemon ends. A person gets a plain line; the journal gets the fields as well.
void report(const std::string& name, const std::string& text)
{
    if (is_journal_stream(STDERR_FILENO, std::getenv("JOURNAL_STREAM")))
        spdlog::critical(text);
    else
        std::fprintf(stderr, "%s: %s\n", name.c_str(), escape_control_bytes(text).c_str());
}

int run_body(const std::string& name, Arguments& arguments, bool settings_asked_for,
             const std::function<void(const Arguments&)>& body, char** argv)
try {
    init_logging(name, arguments.log_level);
    arguments.settings = Settings::read(arguments.settings_file);
    if (settings_asked_for && ::access(arguments.settings_file.c_str(), F_OK) != 0)
        spdlog::warn("no {}; all settings have their defaults", arguments.settings_file.string());
    body(arguments);
    if (begins_again()) begin_again(argv);
    if (arguments.check_config) std::printf("%s: configuration is fine\n", name.c_str());
    return exit_ok;
} catch (const contract::BadMessage& error) {
    report(name, error.what());
    return exit_config;
} catch (const std::exception& error) {
    report(name, error.what());
    return exit_fault;
}

} // namespace

int run(int argc, char** argv, const std::string& name, const std::string& purpose,
        const std::function<void(const Arguments&)>& body, const std::vector<Option>& more_options)
{
    Arguments arguments;
    CLI::App app{purpose, name};
    app.set_version_flag("--version", name + " (rfc2217) " PROJECT_VERSION);
    add_common_options(app, arguments);
    for (const auto& [option, value, help] : more_options)
        std::visit([&, &option = option,
                    &help = help](auto* target) { app.add_option(option, *target, help); },
                   value);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help_or_version) {
        return app.exit(help_or_version);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "%s: %s; try --help\n", name.c_str(),
                     escape_control_bytes(error.what()).c_str());
        return exit_usage;
    }
    return run_body(name, arguments, app.count("--settings") > 0, body, argv);
}

std::string version()
{
    return "rfc2217 " PROJECT_VERSION;
}

} // namespace daemonkit
