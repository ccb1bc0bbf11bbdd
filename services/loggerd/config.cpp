#include "loggerd/config.hpp"

namespace loggerd {

namespace {

/// The first is the default.
std::string one_of(const contract::Fields& log, std::string_view key, const std::string& first,
                   const std::string& second)
{
    const auto value = log.string(key, first);
    if (value != first && value != second)
        log.fail(key, "\"" + value + "\" is neither \"" + first + "\" nor \"" + second + "\"");
    return value;
}

/// A size; not so small that a day would be thousands of files.
std::uint64_t bytes(const contract::Fields& log, std::string_view key, std::uint64_t fallback)
{
    constexpr std::int64_t least = 1 << 18;
    constexpr std::int64_t most = 1LL << 50;
    return static_cast<std::uint64_t>(
        log.number_or(key, static_cast<std::int64_t>(fallback), least, most));
}

} // namespace

Config read_config(const daemonkit::Settings& settings, const std::filesystem::path& dir)
{
    Config config;
    const auto log = settings.section("log");
    config.dir = log.string("dir", config.dir.string());
    if (!config.dir.is_absolute()) log.fail("dir", "must be an absolute path");
    auto& form = config.form;
    if (one_of(log, "binary", "summary", "escape") == "escape") form.binary = Binary::escape;
    if (one_of(log, "ansi", "escape", "keep") == "keep") form.ansi = Ansi::keep;
    form.file_bytes = bytes(log, "max_file_bytes", form.file_bytes);
    config.limits.keep_bytes = bytes(log, "keep_bytes", config.limits.keep_bytes);
    config.limits.keep_days = log.number_or("keep_days", config.limits.keep_days, 0U, 36'500U);
    log.no_others();
    config.rules = read_alert_rules(settings);
    if (!dir.empty()) config.dir = dir;
    return config;
}

} // namespace loggerd
