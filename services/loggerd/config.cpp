#include "loggerd/config.hpp"

namespace loggerd {

Config read_config(const daemonkit::Settings& settings, const std::filesystem::path& dir)
{
    Config config;
    const auto log = settings.section("log");
    config.dir = log.string("dir", config.dir.string());
    if (!config.dir.is_absolute()) log.fail("dir", "must be an absolute path");
    const auto binary = log.string("binary", "summary");
    if (binary != "summary" && binary != "escape")
        log.fail("binary", "\"" + binary + "\" is neither \"summary\" nor \"escape\"");
    config.binary = binary == "escape" ? Binary::escape : Binary::summary;
    log.no_others();
    config.rules = read_alert_rules(settings);
    if (!dir.empty()) config.dir = dir;
    return config;
}

} // namespace loggerd
