#include "portald/config.hpp"

#include <system_error>

#include "contract/json.hpp"
#include "daemonkit/access_settings.hpp"
#include "daemonkit/private_file.hpp"
#include "portald/tls_identity.hpp"

namespace portald {

namespace {

void check_bind(const std::string& address, const std::string& where)
{
    boost::system::error_code fault;
    asio::ip::make_address_v4(address, fault);
    if (fault) throw contract::BadMessage(where + ": \"" + address + "\" is no IPv4 address");
}

TlsFiles read_tls(const contract::Fields& tls)
{
    TlsFiles files{tls.string("certificate"), tls.string("key")};
    tls.no_others();
    tls_identity(files); // says what is wrong with them now, and for --check-config
    return files;
}

} // namespace

std::filesystem::path default_web_dir()
{
    std::error_code fault;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", fault);
    if (fault) return "/usr/share/rfc2217/web";
    return program.parent_path().parent_path().parent_path() / "share/rfc2217/web";
}

Config load_config(const daemonkit::Settings& settings, const Overrides& overrides)
{
    Config config;
    const auto portal = settings.section("portal");
    config.bind = portal.string("bind", config.bind);
    config.port = portal.number_or<std::uint16_t>("port", config.port);
    config.web_dir = portal.string("web_dir", default_web_dir().string());
    config.hosts = portal.strings_or_none("hosts");
    config.mdns = portal.boolean("mdns", config.mdns);
    if (portal.has("tls")) config.tls = read_tls(portal.object("tls"));
    portal.no_others();
    check_bind(config.bind, portal.where() + ": bind");

    config.access = daemonkit::configured_access(settings);
    const auto tokens = settings.section("access").string_or_null("tokens_file");
    if (tokens) config.tokens = Tokens::parse(daemonkit::read_private_file(*tokens), *tokens);
    config.alerts = read_alert_targets(settings);

    if (overrides.bind) check_bind(*overrides.bind, "--bind");
    config.bind = overrides.bind.value_or(config.bind);
    config.port = overrides.port.value_or(config.port);
    config.web_dir = overrides.web_dir.value_or(config.web_dir);
    return config;
}

} // namespace portald
