#include "commandkit/command_line.hpp"

#include <cstdio>

#include "commandkit/asking.hpp"
#include "daemonkit/escape.hpp"

namespace commandkit {
namespace {

int fail(const CLI::App& app, const std::string& text, ExitCode code)
{
    std::fflush(stdout);
    std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(),
                 daemonkit::escape_control_bytes(text).c_str());
    return code;
}

} // namespace

void add_runtime_dir(CLI::App& app, Places& places)
{
    app.add_option("--runtime-dir", places.runtime_dir, "Where the daemons' sockets are")
        ->default_val("/run/rfc2217");
}

void add_slots_file(CLI::App& app, Places& places)
{
    app.add_option("--slots", places.slots_file, "Read when bridged does not answer")
        ->envname("RFC2217_CONFIG")
        ->default_val("/etc/rfc2217/slots.json");
}

int run(int argc, char** argv, CLI::App& app, const std::function<int()>& body)
{
    app.set_version_flag("--version", app.get_name() + " (rfc2217) " PROJECT_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help_or_version) {
        return app.exit(help_or_version);
    } catch (const CLI::ParseError& error) {
        return fail(app, std::string(error.what()) + "; try --help", exit_usage);
    }
    try {
        return body();
    } catch (const WrongUsage& error) {
        return fail(app, error.what(), exit_usage);
    } catch (const Unreachable& error) {
        return fail(app, error.what(), exit_unreachable);
    } catch (const std::exception& error) {
        return fail(app, error.what(), exit_problem);
    }
}

} // namespace commandkit
