#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemonkit/access_list.hpp"
#include "daemonkit/settings.hpp"
#include "portald/alert_settings.hpp"
#include "portald/tls_files.hpp"
#include "portald/tokens.hpp"

namespace portald {

/// The command line's word, which wins over settings.json.
struct Overrides {
    std::optional<std::string> bind;
    std::optional<std::uint16_t> port;
    std::optional<std::string> web_dir;
};

/// settings.json, sections "portal", "access" and "alerts".
struct Config {
    std::string bind = "0.0.0.0"; ///< an IPv4 address: Debian's civetweb has no IPv6
    std::uint16_t port = 8080;    ///< 0: any free one
    std::filesystem::path web_dir;
    std::vector<std::string> hosts; ///< more names by which this portal may be called
    bool mdns = true;               ///< announced through Avahi, where there is one
    std::optional<TlsFiles> tls;    ///< none: in the clear
    daemonkit::AccessList access;
    Tokens tokens;                   ///< of access.tokens_file
    std::vector<AlertTarget> alerts; ///< who is told of them
};

/// @throws contract::BadMessage
Config load_config(const daemonkit::Settings& settings, const Overrides& overrides);

/// <prefix>/share/rfc2217/web, where <prefix>/libexec/rfc2217/portald is what runs.
std::filesystem::path default_web_dir();

} // namespace portald
