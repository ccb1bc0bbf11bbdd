#include "bridged/config.hpp"

#include <string_view>

#include "contract/json.hpp"
#include "daemonkit/access_settings.hpp"
#include "daemonkit/private_file.hpp"

namespace bridged {

namespace {

asio::ip::address address(const std::string& text, const std::string& where)
{
    boost::system::error_code fault;
    const auto parsed = asio::ip::make_address(text, fault);
    if (fault) throw contract::BadMessage(where + ": \"" + text + "\" is not an IP address");
    return parsed;
}

/// "curve": {"secret_key_file": …, "clients_file": …}
CurveKeys curve_keys(const contract::Fields& curve)
{
    const auto secret = curve.string("secret_key_file");
    const auto clients = curve.string("clients_file");
    curve.no_others();
    return CurveKeys::parse(daemonkit::read_private_file(secret), secret,
                            daemonkit::read_private_file(clients), clients);
}

/// Subscribers over TCP read everything that the boards say, so without keys only
/// this machine's own are let in.
std::string events_endpoint(const contract::Fields& bus, bool has_keys)
{
    constexpr std::string_view scheme = "tcp://";
    const auto endpoint = bus.string("listen");
    const auto colon = endpoint.rfind(':');
    if (!endpoint.starts_with(scheme) || colon < scheme.size() || colon + 1 == endpoint.size())
        bus.fail("listen", "\"" + endpoint + "\" is not tcp://ADDRESS:PORT");
    auto host = endpoint.substr(scheme.size(), colon - scheme.size());
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    if (!address(host, bus.where() + ": listen").is_loopback() && !has_keys)
        bus.fail("listen", endpoint + " reaches beyond this machine, which needs CURVE keys; "
                                      "give bus.curve, or use tcp://127.0.0.1:PORT");
    return endpoint;
}

} // namespace

Config read_config(const daemonkit::Settings& settings, const std::string& bind)
{
    Config config;

    const auto bridge = settings.section("bridge");
    const auto configured_bind = bridge.string("bind", "0.0.0.0");
    config.bind = bind.empty() ? address(configured_bind, bridge.where() + ": bind")
                               : address(bind, "--bind");
    config.history_bytes =
        bridge.number_or<std::uint32_t>("history_bytes", 1 << 20, 64 << 10, 64 << 20);
    config.away_grace =
        std::chrono::seconds{bridge.number_or<std::uint16_t>("away_grace", 5, 0, 600)};
    bridge.no_others();

    config.access = daemonkit::configured_access(settings);

    const auto bus = settings.section("bus");
    if (bus.has("curve")) config.curve = curve_keys(bus.object("curve"));
    if (bus.has("listen")) config.events_over_tcp = events_endpoint(bus, config.curve.has_value());
    bus.no_others();
    return config;
}

} // namespace bridged
