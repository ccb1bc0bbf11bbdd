#include "ctl/session.hpp"

#include "ctl/bus_backend.hpp"
#include "ctl/portal_backend.hpp"

namespace ctl {

void add_common(CLI::App& app, Common& common)
{
    app.add_flag("--json", common.json, "JSON, for programs");
    app.add_option("--host", common.host,
                   "Ask the portal there (pi, pi:8080, https://pi:8080), not this machine's bus");
    app.add_option("--token-file", common.token_file,
                   "A token for --host; else of RFC2217_TOKEN, or the file RFC2217_TOKEN_FILE")
        ->envname("RFC2217_TOKEN_FILE");
    app.add_option("--cacert", common.authorities, "PEM file that vouches for an https --host");
    commandkit::add_runtime_dir(app, common.places);
    commandkit::add_slots_file(app, common.places);
}

std::string slots_host(const Common& common)
{
    const auto& portal = common.host; // "https://pi:8080"
    if (portal.empty()) return "127.0.0.1";
    const auto scheme = portal.find("://");
    const auto name = portal.substr(scheme == std::string::npos ? 0 : scheme + 3);
    if (name.starts_with('[')) return name.substr(0, name.find(']') + 1);
    return name.substr(0, name.find_first_of(":/"));
}

Session::Session(const Common& common, asio::io_context& io, zmq::context_t& zmq)
    : common_(common), io_(io), zmq_(zmq), asking_(io, zmq, common.places.runtime_dir)
{
}

Backend& Session::backend()
{
    if (!backend_ && common_.host.empty())
        backend_ = std::make_unique<BusBackend>(io_, zmq_, asking_, common_.places.runtime_dir);
    if (!backend_)
        backend_ = std::make_unique<PortalBackend>(common_.host, token_of(common_.token_file),
                                                   common_.authorities);
    return *backend_;
}

commandkit::Asking& Session::bus(const std::string& what)
{
    if (!common_.host.empty())
        throw commandkit::WrongUsage(what + " looks at this machine: run it there, without --host");
    return asking_;
}

} // namespace ctl
